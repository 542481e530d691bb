"""A real Chromium for tests, driven over the WebDriver protocol with the stdlib."""

import base64
import contextlib
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lib.services import ServiceError, find_free_port, spawn, wait_until

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER, TAB, ESCAPE = "\ue007", "\ue004", "\ue00c"
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--hide-scrollbars",
    "--lang=en-US",
    # Tests see this machine and nothing else.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)


class BrowserError(Exception):
    """Raised when the page or the browser does not do what a test asked for."""


class Driver:
    """The driver process with one running browser, shared by the tests of a process."""

    def __init__(self, chromium: Path, chromedriver: Path, folder: Path) -> None:
        self._chromium = chromium
        self._chromedriver = chromedriver
        self._folder = folder
        self._port = find_free_port()
        self._process: Any = None
        self._session = ""

    def start(self) -> None:
        log = self._folder / "log"
        command: list[str | Path] = [self._chromedriver, f"--port={self._port}"]
        environment = {"HOME": str(self._folder), "TMPDIR": str(self._folder)}
        # The browser would outlive its driver, were that killed.
        self._process = spawn(
            command, user=None, log=log, environment=environment, has_daemons=True
        )
        if not wait_until(self._is_listening, 20):
            raise ServiceError(f"chromedriver did not start: {log.read_text()}")
        options = {
            "binary": str(self._chromium),
            "args": [*ARGUMENTS, f"--user-data-dir={self._folder / 'profile'}"],
        }
        capabilities = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        answer = self.call(
            "POST", "/session", {"capabilities": {"alwaysMatch": capabilities}}
        )
        self._session = answer["sessionId"]

    def stop(self) -> None:
        if self._process is None:
            return
        if self._session:
            with contextlib.suppress(OSError, BrowserError):
                self.call("DELETE", f"/session/{self._session}")
        self._process.terminate()
        self._process.wait(10)

    def make_browser(self) -> "Browser":
        browser = Browser(self)
        browser.reset()
        return browser

    def command(self, method: str, path: str, body: Any = None) -> Any:
        return self.call(method, f"/session/{self._session}{path}", body)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}{path}", data, method=method
        )
        try:
            with _open(request) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            with error:
                value = json.load(error)["value"]
            raise BrowserError(f"{value['error']}: {value['message']}") from None

    def _is_listening(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            return True
        return False


class Browser:
    """One empty browser window, as a person would use it.

    Elements are named by CSS selectors. What needs an element waits for it.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._origins: set[str] = set()
        self._log: list[dict[str, Any]] = []

    def reset(self) -> None:
        """Forget cookies, storage, cache and log; go to an empty page."""
        self._command("POST", "/url", {"url": "about:blank"})
        self._dismiss_windows()
        self.devtools("Network.clearBrowserCookies")
        self.devtools("Network.clearBrowserCache")
        self.devtools("Storage.clearDataForOrigin", origin="*", storageTypes="all")
        self.devtools("Emulation.clearDeviceMetricsOverride")
        self.devtools("Emulation.setEmulatedMedia", media="", features=[])
        self._read_log()
        self._log.clear()

    @property
    def url(self) -> str:
        return str(self._command("GET", "/url"))

    @property
    def title(self) -> str:
        return str(self._command("GET", "/title"))

    @property
    def source(self) -> str:
        return str(self._command("GET", "/source"))

    def goto(self, url: str) -> None:
        """Open a page and wait until it is loaded."""
        self._command("POST", "/url", {"url": url})

    def click(self, selector: str) -> None:
        """Click the middle of the first element, as soon as it can be clicked."""
        self._act(selector, lambda found: self._element(found, "click", {}))

    def type(self, selector: str, text: str) -> None:
        """Put `text` into a field in place of what it holds."""

        def act(found: str) -> None:
            self._element(found, "clear", {})
            self._element(found, "value", {"text": text})

        self._act(selector, act)

    def press(self, selector: str, keys: str) -> None:
        """Send keys without clearing, such as `ENTER`."""
        self._act(selector, lambda found: self._element(found, "value", {"text": keys}))

    def choose(self, selector: str, value: str) -> None:
        """Choose the option with this value in a select element."""
        self.click(f'{selector} option[value="{value}"]')

    def upload(self, selector: str, path: Path) -> None:
        """Choose a file in a file field."""
        self.press(selector, str(path))

    def text(self, selector: str = "body") -> str:
        """Return the text of the first element as a person sees it."""
        return str(self._command("GET", f"/element/{self.wait_for(selector)}/text"))

    def texts(self, selector: str) -> list[str]:
        """Return the text of each element, in the order of the page."""
        found = self._find_all(selector)
        return [str(self._command("GET", f"/element/{e}/text")) for e in found]

    def value(self, selector: str) -> str:
        """Return what a field holds."""
        return str(
            self._command("GET", f"/element/{self.wait_for(selector)}/property/value")
        )

    def has(self, selector: str) -> bool:
        """Tell whether an element is there now."""
        return bool(self._find_all(selector))

    def wait_for(self, selector: str, seconds: float = 10) -> str:
        """Wait until an element is there; return its id."""
        found: list[str] = []

        def find() -> bool:
            found[:] = self._find_all(selector)
            return bool(found)

        self.wait_until(find, f"no {selector!r}", seconds)
        return found[0]

    def wait_for_text(
        self, text: str, selector: str = "body", seconds: float = 10
    ) -> None:
        """Wait until the text of an element contains `text`."""
        self.wait_until(
            lambda: any(text in seen for seen in self.texts(selector)),
            f"no {text!r} in {selector!r}",
            seconds,
        )

    def wait_until(
        self, condition: Callable[[], bool], problem: str, seconds: float = 10
    ) -> None:
        """Wait until `condition` holds; a page that changes meanwhile is no error."""
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(BrowserError):
                if condition():
                    return
            if time.monotonic() > deadline:
                raise BrowserError(
                    f"{problem} on {self.url} after {seconds} s. The page says:\n"
                    + "\n".join(self.texts("body"))[:2000]
                )
            time.sleep(0.05)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run JavaScript as the body of a function and return its result."""
        body = {"script": script, "args": list(arguments)}
        return self._command("POST", "/execute/sync", body)

    def run_until_done(self, script: str, *arguments: Any) -> Any:
        """Run JavaScript that passes its result to a function, its last argument."""
        body = {"script": script, "args": list(arguments)}
        return self._command("POST", "/execute/async", body)

    @contextlib.contextmanager
    def on_each_page(self, script: str) -> Iterator[None]:
        """Run JavaScript on each page that is opened, before its own."""
        command = "Page.addScriptToEvaluateOnNewDocument"
        made = self.devtools(command, source=script)
        try:
            yield
        finally:
            name = "Page.removeScriptToEvaluateOnNewDocument"
            self.devtools(name, identifier=made["identifier"])

    def resize(self, width: int, height: int, *, dark: bool = False) -> None:
        """Give the page exactly this size, and a light or dark taste."""
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.devtools("Emulation.setEmulatedMedia", media="", features=[scheme])

    def screenshot(
        self,
        path: Path,
        width: int = 1280,
        height: int = 800,
        *,
        dark: bool = False,
        whole: bool = False,
    ) -> Path:
        """Write a picture of the page at this size; `whole` takes all of its height."""
        self.resize(width, height, dark=dark)
        picture = self.devtools(
            "Page.captureScreenshot", format="png", captureBeyondViewport=whole
        )
        path.write_bytes(base64.b64decode(picture["data"]))
        return path

    @property
    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        script = (
            "const page = document.documentElement;"
            "return page.scrollWidth - page.clientWidth"
        )
        return int(self.run(script))

    @property
    def console_errors(self) -> list[str]:
        """Return each error of the console since the test began."""
        return [e["message"] for e in self._read_log() if e["level"] == "SEVERE"]

    @property
    def csp_violations(self) -> list[str]:
        """Return each refusal by the content security policy since the test began."""
        words = "Content Security Policy"
        return [e["message"] for e in self._read_log() if words in e["message"]]

    @property
    def cookies(self) -> dict[str, dict[str, Any]]:
        """Return the cookies of this page by name, the hidden ones too."""
        return {cookie["name"]: cookie for cookie in self._command("GET", "/cookie")}

    def devtools(self, command: str, **parameters: Any) -> Any:
        """Send a command of the browser's own protocol."""
        body = {"cmd": command, "params": parameters}
        return self._command("POST", "/goog/cdp/execute", body)

    def _act(self, selector: str, act: Callable[[str], Any]) -> None:
        problems: list[str] = []

        def attempt() -> bool:
            problems.clear()
            try:
                act(self._find_all(selector)[0])
            except IndexError:
                problems.append("it is not there")
            except BrowserError as error:
                problems.append(str(error).splitlines()[0])
            return not problems

        try:
            self.wait_until(attempt, f"{selector!r} could not be used")
        except BrowserError as error:
            raise BrowserError(f"{error}\n{problems}") from None

    def _find_all(self, selector: str) -> list[str]:
        body = {"using": "css selector", "value": selector}
        return [found[ELEMENT] for found in self._command("POST", "/elements", body)]

    def _element(self, element: str, action: str, body: dict[str, Any]) -> None:
        self._command("POST", f"/element/{element}/{action}", body)

    def _dismiss_windows(self) -> None:
        first, *others = self._command("GET", "/window/handles")
        for handle in others:
            self._command("POST", "/window", {"handle": handle})
            self._command("DELETE", "/window")
        self._command("POST", "/window", {"handle": first})

    def _read_log(self) -> list[dict[str, Any]]:
        self._log += self._command("POST", "/se/log", {"type": "browser"})
        return self._log

    def _command(self, method: str, path: str, body: Any = None) -> Any:
        return self._driver.command(method, path, body)


def _open(request: urllib.request.Request) -> Any:
    return urllib.request.urlopen(request, timeout=110)  # noqa: S310 - loopback only
