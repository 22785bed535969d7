from tests.factories import make_edition
from tests.messaging.examples import example
from tests.messaging.factories import make_code, make_person


@example("sign_in_code")
def sign_in_code():
    make_edition()
    return make_code(to=make_person("Zoë d’Août", email="zoe@example.org"))


@example("sign_in_code")
def sign_in_code_before_there_is_an_edition():
    return make_code(to=make_person("", email="somebody@example.org"))
