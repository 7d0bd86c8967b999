"""The register of monitored households (监测对象): one row a household, whatever reaches it."""
