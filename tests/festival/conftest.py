from tests.city_fixtures import _city_of_module, city, committed_city  # noqa: F401
