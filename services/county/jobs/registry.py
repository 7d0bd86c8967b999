"""The one registry of this service's deadlines; every module of this room registers on it."""

from kit.deadlines import Jobs

jobs = Jobs()
