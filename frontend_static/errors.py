"""What may go wrong while a site is built; every message names the thing it is about."""


class BuildError(Exception):
    """The build was given up and the folder still shows the site as it was before."""


class ApiUnavailable(BuildError):
    """The API did not answer, or answered with a server error; trying again later may help."""


class OutputBusy(BuildError):
    """Another builder holds the lock of the same output folder."""


class UnsafePath(BuildError):
    """An address would lead outside the output folder or into the builder's own records."""


class PageNotFound(LookupError):
    """The site has no page at this address."""
