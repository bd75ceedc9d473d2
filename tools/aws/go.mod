// The module of the real AWS provider, which is version 6.48.0-dev: no tag of its version 6 is a Go module. Nothing is
// compiled here, and `go mod tidy` would empty the list: build.sh copies what it needs of it, and builds there.
module alphacar.example/tools/aws

go 1.26.3

require github.com/hashicorp/terraform-provider-aws v1.60.1-0.20260602190131-5f2286d6d836
