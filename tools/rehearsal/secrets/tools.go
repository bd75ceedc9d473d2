//go:build tools

// Package tools pins what tools/rehearsal/secrets.sh builds.
package tools

import _ "github.com/bitnami/sealed-secrets/cmd/kubeseal"
