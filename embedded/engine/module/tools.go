//go:build tools

// Package engine pins the Pulumi command line as a Go module, for networks that reach a module proxy but no downloads.
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
