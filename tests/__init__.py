"""The tests are a package, so that no installed distribution's own `tests` folder is imported in their place."""
