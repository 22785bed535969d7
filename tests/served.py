"""Pages of the test client in a browser, without a server, so that a world which lives in a transaction can be seen."""

from urllib.parse import urlsplit

from django.contrib.staticfiles import finders

from tests.conftest import complaints_of

# A browser trusts this one as it trusts HTTPS.
HOST = "http://localhost"


class Served:
    """A browser page that shows answers of the test client. `complaints` is what the browser said about the last."""

    def __init__(self, context):
        self.answers = {}
        self.page = context.new_page()
        self.page.route("**/*", self.fulfil)
        self.complaints = complaints_of(self.page)

    def shows(self, url, response):
        """Open `url`, for which the client got `response`."""
        self.answers = {urlsplit(url).path: response}
        self.complaints.clear()
        self.page.goto(HOST + url)

    def fulfil(self, route):
        path = urlsplit(route.request.url).path
        if not route.request.url.startswith(HOST):
            self.complaints.append(f"asks another host: {route.request.url}")
            route.abort()
        elif path in self.answers:
            answer = self.answers[path]
            # A page that is refused is looked at as well; a browser would complain that it is.
            route.fulfill(status=200, headers=dict(answer.items()), body=answer.content)
        elif path.startswith("/static/") and (file := finders.find(path.removeprefix("/static/"))):
            route.fulfill(path=file)
        else:
            route.fulfill(status=204)
