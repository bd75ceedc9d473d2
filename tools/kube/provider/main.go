// The real Kubernetes provider behind a main of our own: its own main embeds
// two generated files that the published module does not hold. Only GetSchema
// and Read would look at them.
package main

import "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"

// version is set by build.sh.
var version = "0.0.0"

func main() {
	provider.Serve("kubernetes", version, []byte(`{"name":"kubernetes"}`), []byte("{}"))
}
