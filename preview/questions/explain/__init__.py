"""Why a resource or capability is as it is."""
