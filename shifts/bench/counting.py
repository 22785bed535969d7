"""Says in a header how many queries a response took."""

from django.db import connection

HEADER = "X-Queries"


def count_queries(get_response):
    """Middleware that counts what goes through Django's cursors: every statement, savepoints too.

    BEGIN, COMMIT and the connection's own check of its health do not.
    """

    def middleware(request):
        count = 0

        def counted(execute, *args):
            nonlocal count
            count += 1
            return execute(*args)

        with connection.execute_wrapper(counted):
            response = get_response(request)
        response[HEADER] = str(count)
        return response

    return middleware
