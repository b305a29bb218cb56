"""A phone with the page open goes out of reach; prints how long it keeps its place.

Run in a network namespace of its own: `unshare -rn python dead_phone.py SECONDS`, the
seconds after which the system gives a peer up.
"""

import subprocess
import sys
import time

from dialogue.loading import load_content
from local_voice.page import connections, routes
from local_voice.page.server import Page

HERE, PHONE = "10.9.9.1", "10.9.9.2"
VISIT = f"""
import http.client, sys
port, code = int(sys.argv[1]), sys.argv[2]
def ask(method, path, **headers):
    phone = http.client.HTTPConnection("{HERE}", port)
    phone.request(method, path, f"code={{code}}" if method == "POST" else None, {{
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://{HERE}:{{port}}", **headers}})
    return phone, phone.getresponse()
cookie = ask("POST", "/code")[1].headers["Set-Cookie"].split(";")[0]
phone, views = ask("GET", "/views", Cookie=cookie)
sys.stdin.read()
"""


def run(command):
    """Run a command; raises where it fails."""
    subprocess.run(command.split(), check=True, capture_output=True)


def main():
    """Open the page from the other end of a cable, and cut it."""
    connections.DEAD_SECONDS, routes.BEAT = int(sys.argv[1]), 0.2
    phone = subprocess.Popen(["unshare", "-n", "sleep", "60"])
    within = f"nsenter -t {phone.pid} -n"
    try:
        run("ip link add name vhere type veth peer name vphone")
        time.sleep(0.3)
        run(f"ip link set vphone netns {phone.pid}")
        for place, name, address in (("", "vhere", HERE), (within, "vphone", PHONE)):
            run(f"{place} ip addr add {address}/24 dev {name}")
            run(f"{place} ip link set {name} up")
        print(f"{measure(within):.1f}")
    finally:
        phone.kill()


def measure(within):
    """Return the seconds from the cut until the place is free again."""
    told = []
    page = Page(load_content(), told.append, HERE, 0)
    code = told[-1].split(": ")[1][:7].replace(" ", "")
    visit = [*within.split(), sys.executable, "-c", VISIT, str(page.port), code]
    visitor = subprocess.Popen(visit, stdin=subprocess.PIPE)
    deadline = time.monotonic() + 30
    try:
        while not page.has_visitors():
            assert time.monotonic() < deadline, "the phone never came"
            time.sleep(0.02)
        time.sleep(0.5)
        run(f"{within} ip link set vphone down")
        cut = time.monotonic()
        while page.has_visitors():
            assert time.monotonic() < deadline, "the phone keeps its place"
            time.sleep(0.02)
        return time.monotonic() - cut
    finally:
        visitor.kill()
        page.close()


if __name__ == "__main__":
    main()
