//go:build tools

// Package tools pins what tools/rehearsal/registry.sh builds.
package tools

import (
	_ "github.com/google/go-containerregistry/cmd/crane"
	_ "github.com/regclient/regclient/cmd/regctl"
)
