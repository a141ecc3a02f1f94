from tests.city_fixtures import _city_of_module, city  # noqa: F401
