"""HEAD is answered with the head alone: Django leaves that to the server, and gunicorn warns of every body it drops."""

from collections.abc import Callable


def without_body(get_response: Callable) -> Callable:
    """Middleware, the outermost: empties the answer to HEAD, whose Content-Length stays that of the answer to GET."""

    def middleware(request):
        response = get_response(request)
        if request.method == "HEAD":
            if response.streaming:
                response.streaming_content = []
            else:
                response.content = b""
        return response

    return middleware
