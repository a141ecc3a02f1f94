from tests.city_fixtures import _city_of_module, _tables_as_migrated, city, committed_city  # noqa: F401
