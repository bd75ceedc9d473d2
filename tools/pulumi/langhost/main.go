// Command langhost is this repository's own small Python language host. It is
// built under the name pulumi-language-python, the name by which the Pulumi
// engine looks for one, and speaks the LanguageRuntime protocol of the
// published module github.com/pulumi/pulumi/sdk/v3.
//
// It covers what a stack with a ready Python environment needs: required
// packages, running a program, running plugins and policy packs, and about.
// It makes no environments, no projects and no SDKs: those calls answer
// UNIMPLEMENTED, and an option it does not know is an error.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	sdk "github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	executorName = "pulumi-language-python-exec"
	// exitShown is the executor's exit code for "the error is already on screen".
	exitShown    = 32
	analyzerKind = "analyzer"
	stopGrace    = 5 * time.Second
	engineCheck  = time.Minute
)

// inventory prints what is installed, as JSON: every distribution with its
// version, and the pulumi-plugin.json of those that carry one.
const inventory = `
import importlib.metadata as m, json, platform, sys
found = {}
for d in m.distributions():
    name = d.metadata["Name"]
    if not name or name.lower() in found:
        continue
    plugin = None
    for f in d.files or ():
        if f.name == "pulumi-plugin.json":
            plugin = json.loads(f.read_text())
    found[name.lower()] = {"name": name, "version": d.version, "plugin": plugin}
json.dump({"executable": sys.executable, "python": platform.python_version(),
           "packages": [found[k] for k in sorted(found)]}, sys.stdout)
`

type installed struct {
	Executable string `json:"executable"`
	Python     string `json:"python"`
	Packages   []struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Plugin  *struct {
			Resource bool   `json:"resource"`
			Name     string `json:"name"`
			Version  string `json:"version"`
			Server   string `json:"server"`
		} `json:"plugin"`
	} `json:"packages"`
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	executor string
	engine   string
	// life ends when the engine asks every program to stop.
	life context.Context
	stop context.CancelFunc
}

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-python:", err)
		os.Exit(1)
	}
}

func serve() error {
	if len(os.Args) < 2 {
		return errors.New("usage: pulumi-language-python ENGINE_ADDRESS (started by the engine, not by hand)")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	executor := filepath.Join(filepath.Dir(self), executorName)
	if _, err := os.Stat(executor); err != nil {
		return fmt.Errorf("%s must lie beside this program: %w", executorName, err)
	}
	life, stop := context.WithCancel(context.Background())
	defer stop()

	h := &host{executor: executor, engine: os.Args[len(os.Args)-1], life: life, stop: stop}

	// Leave when the engine is gone, as it starts this process but may die before it.
	quit := make(chan bool)
	if err := rpcutil.Healthcheck(context.Background(), h.engine, engineCheck, func() { close(quit) }); err != nil {
		return fmt.Errorf("watch the engine: %w", err)
	}
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: quit,
		Init: func(s *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(s, h)
			return nil
		},
	})
	if err != nil {
		return err
	}
	fmt.Println(handle.Port) // The engine reads the port from the first line.
	return <-handle.Done
}

// environment finds the Python that the project's runtime options ask for.
func environment(info *pulumirpc.ProgramInfo, plugin bool) (toolchain.Toolchain, error) {
	opts := toolchain.PythonOptions{Root: info.GetRootDirectory(), ProgramDir: info.GetProgramDirectory()}
	for key, raw := range info.GetOptions().AsMap() {
		value, ok := raw.(string)
		if !ok {
			return nil, fmt.Errorf("runtime option %q must be a string", key)
		}
		switch {
		case key == "virtualenv":
			opts.Virtualenv = value
		case key == "toolchain" && value == "pip":
			opts.Toolchain = toolchain.Pip
		case key == "toolchain" && value == "uv":
			opts.Toolchain = toolchain.Uv
		case key == "toolchain" && value == "poetry":
			opts.Toolchain = toolchain.Poetry
		default:
			return nil, fmt.Errorf("this language host does not know runtime option %s: %s", key, value)
		}
	}
	if plugin && opts.Virtualenv == "" {
		if _, err := os.Stat(filepath.Join(opts.Root, "venv")); err == nil {
			opts.Virtualenv = "venv"
		}
	}
	return toolchain.ResolveToolchain(opts)
}

func look(ctx context.Context, info *pulumirpc.ProgramInfo) (*installed, error) {
	env, err := environment(info, false)
	if err != nil {
		return nil, err
	}
	if err := env.ValidateVenv(ctx); err != nil {
		return nil, err
	}
	cmd, err := env.Command(ctx, "-c", inventory)
	if err != nil {
		return nil, err
	}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list the installed Python packages: %w: %s", err, complaints.String())
	}
	var found installed
	if err := json.Unmarshal(out, &found); err != nil {
		return nil, fmt.Errorf("list the installed Python packages: %w", err)
	}
	return &found, nil
}

func (h *host) Handshake(
	_ context.Context, req *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	h.engine = req.GetEngineAddress()
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.stop()
	return &emptypb.Empty{}, nil
}

func (h *host) About(ctx context.Context, req *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	found, err := look(ctx, req.GetInfo())
	if err != nil {
		return nil, err
	}
	return &pulumirpc.AboutResponse{Executable: found.Executable, Version: found.Python}, nil
}

func (h *host) GetProgramDependencies(
	ctx context.Context, req *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	found, err := look(ctx, req.GetInfo())
	if err != nil {
		return nil, err
	}
	answer := &pulumirpc.GetProgramDependenciesResponse{}
	for _, p := range found.Packages {
		answer.Dependencies = append(answer.Dependencies, &pulumirpc.DependencyInfo{Name: p.Name, Version: p.Version})
	}
	return answer, nil
}

func (h *host) GetRequiredPackages(
	ctx context.Context, req *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	found, err := look(ctx, req.GetInfo())
	if err != nil {
		return nil, err
	}
	answer := &pulumirpc.GetRequiredPackagesResponse{}
	for _, p := range found.Packages {
		if p.Plugin == nil || !p.Plugin.Resource {
			continue
		}
		v := p.Plugin.Version
		if v == "" {
			v = p.Version
		}
		answer.Packages = append(answer.Packages, &pulumirpc.PackageDependency{
			Name: p.Plugin.Name, Kind: "resource", Version: "v" + strings.TrimPrefix(v, "v"), Server: p.Plugin.Server,
		})
	}
	return answer, nil
}

func (h *host) RuntimeOptionsPrompts(
	context.Context, *pulumirpc.RuntimeOptionsRequest,
) (*pulumirpc.RuntimeOptionsResponse, error) {
	return &pulumirpc.RuntimeOptionsResponse{}, nil
}

// Run runs a Pulumi program to its end.
func (h *host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	env, err := environment(req.GetInfo(), false)
	if err != nil {
		return nil, err
	}
	if err := env.ValidateVenv(ctx); err != nil {
		return nil, err
	}
	config, err := json.Marshal(req.GetConfig())
	if err != nil {
		return nil, err
	}
	secrets, err := json.Marshal(req.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	args := []string{h.executor}
	for _, f := range []struct{ name, value string }{
		{"monitor", req.GetMonitorAddress()},
		{"engine", h.engine},
		{"project", req.GetProject()},
		{"stack", req.GetStack()},
		{"organization", req.GetOrganization()},
		{"root_directory", req.GetInfo().GetRootDirectory()},
		{"pwd", req.GetPwd()},
		{"parallel", strconv.Itoa(int(req.GetParallel()))},
		{"dry_run", strconv.FormatBool(req.GetDryRun())},
	} {
		if f.value != "" {
			args = append(args, "--"+f.name, f.value)
		}
	}
	args = append(append(args, req.GetInfo().GetEntryPoint()), req.GetArgs()...)

	// The program ends with the engine's request or with Cancel, whichever comes first.
	both, end := context.WithCancel(h.life)
	defer end()
	defer context.AfterFunc(ctx, end)()
	cmd, err := env.Command(both, args...)
	if err != nil {
		return nil, err
	}
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	if len(req.GetConfig()) > 0 {
		cmd.Env = append(cmd.Env, "PULUMI_CONFIG="+string(config))
	}
	if len(req.GetConfigSecretKeys()) > 0 {
		cmd.Env = append(cmd.Env, "PULUMI_CONFIG_SECRET_KEYS="+string(secrets))
	}
	// Not an interrupt: Python would answer that with a traceback under the real error.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopGrace
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr // The engine shows both.

	var exit *exec.ExitError
	switch err := cmd.Run(); {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case both.Err() != nil, errors.As(err, &exit) && exit.ExitCode() == exitShown:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program ended with exit code %d", exit.ExitCode())}, nil
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program did not end by itself: %v", err)}, nil
	}
}

// RunPlugin runs a plugin that is a folder of Python, or a policy pack.
func (h *host) RunPlugin(req *pulumirpc.RunPluginRequest, out pulumirpc.LanguageRuntime_RunPluginServer) error {
	ctx := out.Context()
	pack := req.GetKind() == analyzerKind
	dir := req.GetInfo().GetProgramDirectory()
	if _, err := os.Stat(filepath.Join(dir, "__main__.py")); err != nil {
		return fmt.Errorf("a plugin or policy pack needs a __main__.py: %w", err)
	}
	env, err := environment(req.GetInfo(), !pack)
	if err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(out, false)
	if err != nil {
		return err
	}
	defer closer.Close()

	args := append([]string{dir}, req.GetArgs()...)
	workDir := req.GetPwd()
	if pack { // The pack's folder comes last, and is where it runs.
		args = append(append([]string{"-u", "-m", "pulumi.policy"}, req.GetArgs()...), dir)
		workDir = dir
	}
	cmd, err := env.Command(ctx, args...)
	if err != nil {
		return err
	}
	cmd.Dir = workDir
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}

	wait := func() error { return cmd.Wait() }
	if pack {
		// pulumi.policy reads the stack's facts from its environment, while the engine
		// sends them by RPC: the SDK's proxy takes them first, then hands over.
		proxy, w, err := sdk.NewPolicyProxy(ctx, stdout)
		if err != nil {
			return err
		}
		stdout = w
		stack, err := proxy.AwaitConfiguration(ctx)
		if err != nil {
			return err
		}
		if stack != nil {
			cmd.Env = append(cmd.Env,
				"PULUMI_PROJECT="+stack.GetProject(), "PULUMI_STACK="+stack.GetStack(),
				"PULUMI_DRY_RUN="+strconv.FormatBool(stack.GetDryRun()))
			if len(stack.GetConfig()) > 0 { // pulumi.policy cannot read "null".
				config, err := json.Marshal(stack.GetConfig())
				if err != nil {
					return err
				}
				cmd.Env = append(cmd.Env, "PULUMI_CONFIG="+string(config))
			}
			if org := stack.GetOrganization(); org != "" {
				cmd.Env = append(cmd.Env, "PULUMI_ORGANIZATION="+org)
			}
		}
		wait = func() error { return proxy.Attach(ctx, cmd) }
	}
	cmd.Env = append(cmd.Env, req.GetEnv()...)
	cmd.Stdout, cmd.Stderr = stdout, stderr

	if err := cmd.Start(); err != nil {
		return err
	}
	err = wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return out.Send(&pulumirpc.RunPluginResponse{
			Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(exit.ExitCode())},
		})
	}
	return err
}
