"""Documents as plain data, set as HTML, SVG and PDF."""
