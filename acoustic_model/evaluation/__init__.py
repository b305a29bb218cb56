"""Evaluation of a model on people and voices that no training had."""
