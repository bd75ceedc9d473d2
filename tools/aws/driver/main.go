// Command aws-provider is the real AWS provider behind a main of our own. It
// says the schemas of resource types, and judges resources as Terraform does
// before it creates them: ValidateResourceTypeConfig, then PlanResourceChange.
//
//	aws-provider schema aws_vpc aws_subnet   prints a schema for each type that it knows
//	aws-provider replaces aws_vpc            prints, for each, the paths whose change replaces the resource
//	aws-provider judge <request.json         prints a verdict for each resource
//
// It is built inside a copy of the provider's module, because everything here
// is internal to that. Nothing reaches the network: the one HTTP client of the
// provider refuses, and every request that it was asked for is in the verdict.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	fw "github.com/hashicorp/terraform-plugin-framework/resource"
	fwschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-provider-aws/internal/conns"
	"github.com/hashicorp/terraform-provider-aws/internal/provider"
	"github.com/hashicorp/terraform-provider-aws/internal/provider/framework"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"
)

// unknown is how the Pulumi engine writes a value that only a deployment knows.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// terraformVersion is what a core of the protocol in use would say of itself.
const terraformVersion = "1.12.0"

// patience is beyond what judging one resource takes: whoever waits longer waits for AWS.
const patience = 30 * time.Second

type request struct {
	Provider  map[string]any `json:"provider"`
	Resources []resource     `json:"resources"`
}

type resource struct {
	Name   string         `json:"name"`
	Type   string         `json:"type"`
	Config map[string]any `json:"config"`
}

type verdict struct {
	Name        string       `json:"name"`
	Type        string       `json:"type"`
	Planned     bool         `json:"planned"`
	Diagnostics []diagnostic `json:"diagnostics"`
	// Asked are the requests to AWS that judging would have made.
	Asked []string `json:"asked"`
}

type diagnostic struct {
	// Step is who says so: schema, validate or plan.
	Step     string `json:"step"`
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Path     string `json:"path"`
}

type block struct {
	Attributes map[string]attribute `json:"attributes"`
	Blocks     map[string]nested    `json:"blocks"`
}

type attribute struct {
	Type       json.RawMessage `json:"type"`
	Required   bool            `json:"required"`
	Optional   bool            `json:"optional"`
	Computed   bool            `json:"computed"`
	Deprecated bool            `json:"deprecated"`
}

type nested struct {
	Nesting string `json:"nesting"`
	Max     int64  `json:"max"`
	block
}

func main() {
	log.SetOutput(io.Discard)
	if err := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("usage: aws-provider schema TYPE... | aws-provider replaces TYPE... | aws-provider judge <request.json")
	}
	served, err := start(ctx)
	if err != nil {
		return err
	}
	var answer any
	switch args[0] {
	case "schema":
		answer = served.shown(args[1:])
	case "replaces":
		answer, err = served.replaces(ctx, args[1:])
	case "judge":
		answer, err = served.judge(ctx, in)
	default:
		err = fmt.Errorf("unknown command %q", args[0])
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(answer)
}

// refuser is the only way out of this process, and leads nowhere.
type refuser struct{ asked []string }

func (r *refuser) RoundTrip(asked *http.Request) (*http.Response, error) {
	r.asked = append(r.asked, asked.Method+" "+asked.URL.Host+asked.URL.Path)
	return nil, errors.New("no request leaves this process")
}

type server struct {
	tfprotov5.ProviderServer
	primary *schema.Provider
	schemas *tfprotov5.GetProviderSchemaResponse
	out     *refuser
}

func start(ctx context.Context) (*server, error) {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "TF_") || strings.HasSuffix(strings.ToLower(name), "_proxy") {
			os.Unsetenv(name)
		}
	}
	os.Setenv("AWS_CONFIG_FILE", os.DevNull)
	os.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)

	out := &refuser{asked: []string{}}
	http.DefaultTransport = out
	factory, primary, err := provider.ProtoV5ProviderServerFactory(ctx)
	if err != nil {
		return nil, err
	}
	primary.Meta().(*conns.AWSClient).SetHTTPClient(ctx, &http.Client{Transport: out})
	started := &server{ProviderServer: factory(), primary: primary, out: out}
	started.schemas, err = started.GetProviderSchema(ctx, &tfprotov5.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	return started, failure(started.schemas.Diagnostics)
}

func failure(said []*tfprotov5.Diagnostic) error {
	for _, each := range said {
		if each.Severity == tfprotov5.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", each.Summary, each.Detail)
		}
	}
	return nil
}

func (s *server) shown(types []string) map[string]block {
	known := map[string]block{}
	for _, name := range types {
		if found, ok := s.schemas.ResourceSchemas[name]; ok {
			known[name] = shownBlock(found.Block)
		}
	}
	return known
}

func shownBlock(of *tfprotov5.SchemaBlock) block {
	shown := block{Attributes: map[string]attribute{}, Blocks: map[string]nested{}}
	for _, each := range of.Attributes {
		shown.Attributes[each.Name] = attribute{typeJSON(each.Type), each.Required, each.Optional, each.Computed, each.Deprecated}
	}
	for _, each := range of.BlockTypes {
		shown.Blocks[each.TypeName] = nested{strings.ToLower(each.Nesting.String()), each.MaxItems, shownBlock(each.Block)}
	}
	return shown
}

// replacing is how the plugin framework's own modifiers describe that any change replaces. What replaces only under a
// condition describes that condition instead, and is not counted.
const replacing = "If the value of this attribute changes, Terraform will destroy and recreate the resource."

// replaces are the attributes, by type and in dots, of which any change makes another resource. The protocol does not
// carry this: resources of the old SDK say it in their schema, those of the new framework in the words of a modifier.
func (s *server) replaces(ctx context.Context, types []string) (map[string][]string, error) {
	found := map[string][]string{}
	for _, name := range types {
		if known, ok := s.primary.ResourcesMap[name]; ok {
			found[name] = oldReplaces(known.SchemaMap(), "")
		}
	}
	secondary, err := framework.NewProvider(ctx, s.primary)
	if err != nil {
		return nil, err
	}
	for _, begin := range secondary.Resources(ctx) {
		made := begin()
		var called fw.MetadataResponse
		made.Metadata(ctx, fw.MetadataRequest{ProviderTypeName: "aws"}, &called)
		if !slices.Contains(types, called.TypeName) {
			continue
		}
		var shown fw.SchemaResponse
		made.Schema(ctx, fw.SchemaRequest{}, &shown)
		if shown.Diagnostics.HasError() {
			return nil, fmt.Errorf("%s: %s", called.TypeName, shown.Diagnostics.Errors()[0].Summary())
		}
		found[called.TypeName] = newReplaces(ctx, shown.Schema.Attributes, shown.Schema.Blocks, "")
	}
	for _, paths := range found {
		slices.Sort(paths)
	}
	return found, nil
}

func oldReplaces(of map[string]*schema.Schema, path string) []string {
	found := []string{}
	for name, each := range of {
		if each.ForceNew {
			found = append(found, path+name)
		}
		if inner, ok := each.Elem.(*schema.Resource); ok {
			found = append(found, oldReplaces(inner.SchemaMap(), path+name+".")...)
		}
	}
	return found
}

func newReplaces(ctx context.Context, attributes map[string]fwschema.Attribute, blocks map[string]fwschema.Block, path string) []string {
	found := []string{}
	for name, each := range attributes {
		if modified(ctx, each) {
			found = append(found, path+name)
		}
	}
	for name, each := range blocks {
		if modified(ctx, each) {
			found = append(found, path+name)
		}
		switch each := each.(type) {
		case fwschema.ListNestedBlock:
			found = append(found, newReplaces(ctx, each.NestedObject.Attributes, each.NestedObject.Blocks, path+name+".")...)
		case fwschema.SetNestedBlock:
			found = append(found, newReplaces(ctx, each.NestedObject.Attributes, each.NestedObject.Blocks, path+name+".")...)
		case fwschema.SingleNestedBlock:
			found = append(found, newReplaces(ctx, each.Attributes, each.Blocks, path+name+".")...)
		}
	}
	return found
}

// modified asks each kind of attribute for its modifiers: StringPlanModifiers, ListPlanModifiers and so on.
func modified(ctx context.Context, of any) bool {
	value := reflect.ValueOf(of)
	for place := range value.NumMethod() {
		if !strings.HasSuffix(value.Type().Method(place).Name, "PlanModifiers") {
			continue
		}
		modifiers := value.Method(place).Call(nil)[0]
		for number := range modifiers.Len() {
			says, ok := modifiers.Index(number).Interface().(interface{ Description(context.Context) string })
			if ok && says.Description(ctx) == replacing {
				return true
			}
		}
	}
	return false
}

func typeJSON(of tftypes.Type) json.RawMessage {
	encoded, err := of.MarshalJSON() //nolint:staticcheck // the protocol itself sends types so
	if err != nil {
		panic(err)
	}
	return encoded
}

func ctyType(of tftypes.Type) cty.Type {
	decoded, err := ctyjson.UnmarshalType(typeJSON(of))
	if err != nil {
		panic(err)
	}
	return decoded
}

func (s *server) judge(ctx context.Context, in io.Reader) ([]verdict, error) {
	decoder := json.NewDecoder(in)
	decoder.UseNumber()
	var asked request
	if err := decoder.Decode(&asked); err != nil {
		return nil, err
	}
	if err := s.configure(ctx, asked.Provider); err != nil {
		return nil, err
	}
	verdicts := []verdict{}
	for _, each := range asked.Resources {
		verdicts = append(verdicts, s.verdict(ctx, each))
	}
	return verdicts, nil
}

func (s *server) configure(ctx context.Context, config map[string]any) error {
	packed, said := encoded(s.schemas.Provider.Block, config)
	if len(said) > 0 {
		return fmt.Errorf("provider: %s: %s", said[0].Path, said[0].Summary)
	}
	prepared, err := s.PrepareProviderConfig(ctx, &tfprotov5.PrepareProviderConfigRequest{Config: packed})
	if err != nil {
		return err
	}
	if err := failure(prepared.Diagnostics); err != nil {
		return err
	}
	configured, err := s.ConfigureProvider(ctx, &tfprotov5.ConfigureProviderRequest{Config: packed, TerraformVersion: terraformVersion})
	if err != nil {
		return err
	}
	if len(s.out.asked) > 0 {
		return fmt.Errorf("configuring the provider asked for %s", strings.Join(s.out.asked, ", "))
	}
	return failure(configured.Diagnostics)
}

// verdict is what Terraform would be told: a plan only follows a validation without errors.
func (s *server) verdict(ctx context.Context, of resource) (given verdict) {
	given = verdict{Name: of.Name, Type: of.Type, Diagnostics: []diagnostic{}}
	step := "schema"
	s.out.asked = []string{}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	defer func() {
		if broken := recover(); broken != nil {
			given.Planned = false
			given.Diagnostics = append(given.Diagnostics, diagnostic{Step: step, Severity: "error", Summary: fmt.Sprint("panic: ", broken)})
		}
		given.Asked = s.out.asked
	}()
	schema, ok := s.schemas.ResourceSchemas[of.Type]
	if !ok {
		given.Diagnostics = append(given.Diagnostics, diagnostic{Step: step, Severity: "error", Summary: "the provider has no type " + of.Type})
		return given
	}
	config, said := encoded(schema.Block, of.Config)
	given.Diagnostics = append(given.Diagnostics, said...)
	if config == nil {
		return given
	}

	step = "validate"
	validated, err := s.ValidateResourceTypeConfig(ctx, &tfprotov5.ValidateResourceTypeConfigRequest{
		TypeName:           of.Type,
		Config:             config,
		ClientCapabilities: &tfprotov5.ValidateResourceTypeConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		panic(err)
	}
	given.Diagnostics = append(given.Diagnostics, told(step, validated.Diagnostics)...)
	if failure(validated.Diagnostics) != nil {
		return given
	}

	step = "plan"
	// Nothing exists yet. What Terraform proposes is then the configuration itself, whose computed attributes the
	// provider makes unknown (objchange.ProposedNew of terraform 1.12 with a null prior).
	nothing := dynamic(cty.NullVal(ctyType(schema.ValueType())))
	planned, err := s.PlanResourceChange(ctx, &tfprotov5.PlanResourceChangeRequest{
		TypeName:         of.Type,
		PriorState:       nothing,
		ProposedNewState: config,
		Config:           config,
		ProviderMeta:     dynamic(cty.NullVal(ctyType(s.schemas.ProviderMeta.ValueType()))),
	})
	if err != nil {
		panic(err)
	}
	given.Diagnostics = append(given.Diagnostics, told(step, planned.Diagnostics)...)
	given.Planned = failure(planned.Diagnostics) == nil && planned.PlannedState != nil
	return given
}

func told(step string, said []*tfprotov5.Diagnostic) []diagnostic {
	shown := []diagnostic{}
	for _, each := range said {
		shown = append(shown, diagnostic{step, strings.ToLower(each.Severity.String()), each.Summary, each.Detail, written(each.Attribute)})
	}
	return shown
}

func written(path *tftypes.AttributePath) string {
	var text strings.Builder
	for _, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			text.WriteString("." + string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&text, "[%d]", int64(step))
		case tftypes.ElementKeyString:
			fmt.Fprintf(&text, "[%q]", string(step))
		default:
			text.WriteString("[*]")
		}
	}
	return strings.TrimPrefix(text.String(), ".")
}

func dynamic(value cty.Value) *tfprotov5.DynamicValue {
	packed, err := msgpack.Marshal(value, value.Type())
	if err != nil {
		panic(err)
	}
	return &tfprotov5.DynamicValue{MsgPack: packed}
}

// encoded is a configuration on the wire; nil beside what keeps it from being one.
func encoded(of *tfprotov5.SchemaBlock, config map[string]any) (*tfprotov5.DynamicValue, []diagnostic) {
	var reader reading
	value := reader.block(of, config, "")
	if len(reader.said) > 0 {
		return nil, reader.said
	}
	return dynamic(value), nil
}

// reading turns JSON into a value of a schema's type as Terraform reads a file: what has no place, or is of a type that
// does not convert, is said.
type reading struct{ said []diagnostic }

func (r *reading) refuse(path, summary string) {
	r.said = append(r.said, diagnostic{Step: "schema", Severity: "error", Summary: summary, Path: strings.TrimPrefix(path, ".")})
}

func (r *reading) block(of *tfprotov5.SchemaBlock, config map[string]any, path string) cty.Value {
	values := map[string]cty.Value{}
	for _, each := range of.Attributes {
		values[each.Name] = r.attribute(ctyType(each.Type), config[each.Name], path+"."+each.Name)
	}
	for _, each := range of.BlockTypes {
		values[each.TypeName] = r.nested(each, config[each.TypeName], path+"."+each.TypeName)
	}
	r.strangers(config, values, path)
	return cty.ObjectVal(values)
}

func (r *reading) strangers(given map[string]any, known map[string]cty.Value, path string) {
	for _, name := range sorted(given) {
		if _, ok := known[name]; !ok {
			r.refuse(path+"."+name, "Unsupported argument")
		}
	}
}

func (r *reading) nested(of *tfprotov5.SchemaNestedBlock, given any, path string) cty.Value {
	whole := ctyType(of.ValueType())
	if given == unknown {
		return cty.UnknownVal(whole)
	}
	if of.Nesting == tfprotov5.SchemaNestedBlockNestingModeSingle {
		if given == nil {
			return cty.NullVal(whole)
		}
		return r.one(of, given, path)
	}
	values := []cty.Value{}
	listed, ok := given.([]any)
	if given != nil && !ok {
		r.refuse(path, "a list of blocks is required")
	}
	for place, each := range listed {
		values = append(values, r.one(of, each, fmt.Sprintf("%s[%d]", path, place)))
	}
	switch {
	case of.Nesting == tfprotov5.SchemaNestedBlockNestingModeList && len(values) == 0:
		return cty.ListValEmpty(whole.ElementType())
	case of.Nesting == tfprotov5.SchemaNestedBlockNestingModeList:
		return cty.ListVal(values)
	case of.Nesting == tfprotov5.SchemaNestedBlockNestingModeSet && len(values) == 0:
		return cty.SetValEmpty(whole.ElementType())
	case of.Nesting == tfprotov5.SchemaNestedBlockNestingModeSet:
		return cty.SetVal(values)
	}
	panic("no resource has blocks of nesting mode " + of.Nesting.String())
}

func (r *reading) one(of *tfprotov5.SchemaNestedBlock, given any, path string) cty.Value {
	if given == unknown {
		return cty.UnknownVal(ctyType(of.Block.ValueType()))
	}
	config, ok := given.(map[string]any)
	if !ok {
		r.refuse(path, "a block is required")
	}
	return r.block(of.Block, config, path)
}

func (r *reading) attribute(of cty.Type, given any, path string) cty.Value {
	switch {
	case given == nil:
		return cty.NullVal(of)
	case given == unknown:
		return cty.UnknownVal(of)
	case of.IsObjectType():
		return r.object(of, given, path)
	case of.IsListType(), of.IsSetType():
		return r.sequence(of, given, path)
	case of.IsMapType():
		return r.mapping(of, given, path)
	}
	value, err := convert.Convert(primitive(given), of)
	if err != nil {
		r.refuse(path, "Inappropriate value: "+err.Error())
		return cty.UnknownVal(of)
	}
	return value
}

func (r *reading) object(of cty.Type, given any, path string) cty.Value {
	config, ok := given.(map[string]any)
	if !ok {
		r.refuse(path, "Inappropriate value: an object is required")
	}
	values := map[string]cty.Value{}
	for name, each := range of.AttributeTypes() {
		values[name] = r.attribute(each, config[name], path+"."+name)
	}
	r.strangers(config, values, path)
	return cty.ObjectVal(values)
}

func (r *reading) sequence(of cty.Type, given any, path string) cty.Value {
	listed, ok := given.([]any)
	if !ok {
		r.refuse(path, "Inappropriate value: a list is required")
	}
	values := []cty.Value{}
	for place, each := range listed {
		values = append(values, r.attribute(of.ElementType(), each, fmt.Sprintf("%s[%d]", path, place)))
	}
	switch {
	case of.IsListType() && len(values) == 0:
		return cty.ListValEmpty(of.ElementType())
	case of.IsListType():
		return cty.ListVal(values)
	case len(values) == 0:
		return cty.SetValEmpty(of.ElementType())
	}
	return cty.SetVal(values)
}

func (r *reading) mapping(of cty.Type, given any, path string) cty.Value {
	config, ok := given.(map[string]any)
	if !ok {
		r.refuse(path, "Inappropriate value: a map is required")
	}
	values := map[string]cty.Value{}
	for _, name := range sorted(config) {
		values[name] = r.attribute(of.ElementType(), config[name], fmt.Sprintf("%s[%q]", path, name))
	}
	if len(values) == 0 {
		return cty.MapValEmpty(of.ElementType())
	}
	return cty.MapVal(values)
}

func primitive(given any) cty.Value {
	switch given := given.(type) {
	case string:
		return cty.StringVal(given)
	case bool:
		return cty.BoolVal(given)
	case json.Number:
		return cty.MustParseNumberVal(given.String())
	case []any:
		return cty.EmptyTupleVal
	}
	return cty.EmptyObjectVal
}

func sorted(of map[string]any) []string {
	names := []string{}
	for name := range of {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
