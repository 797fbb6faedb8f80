package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"byocfn/internal/artifact"
	"byocfn/internal/contract"
	"byocfn/internal/diagram/draw"
	"byocfn/internal/lambdabuild"
	"byocfn/internal/publish/store"
)

var update = flag.Bool("update", false, "write what the scripts print now")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"byocfn": main, drawer: func() {
		if err := draw.Serve(os.Stdin, os.Stdout); err != nil {
			log.Fatal(err)
		}
	}, sender: func() {
		if err := store.Serve(context.Background(), os.Stdin, os.Stdout); err != nil {
			log.Fatal(err)
		}
	}, "peak": peak})
}

// TestScripts runs testdata/script: one behaviour a file, with what it prints.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setUp,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "bytes": putBytes, "unlike": unlike, "alone": alone,
			"zips": putZips, "bucket": makeBucket, "stored": stored, "spoil": spoil,
		},
	})
}

// setUp leaves a manifest of functions in functions/, so that no script builds any, and an S3.
func setUp(env *testscript.Env) error {
	serveS3(env)
	return manifestIn(filepath.Join(env.WorkDir, "functions"))
}

func manifestIn(dir string) error {
	m := lambdabuild.Manifest{Toolchain: lambdabuild.Toolchain, Architecture: "arm64"}
	for _, f := range contract.Functions() {
		digest := artifact.SHA256([]byte(f.Name))
		m.Functions = append(m.Functions, lambdabuild.Entry{Name: f.Name, SHA256: digest, Size: int64(len(f.Name))})
	}
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, lambdabuild.ManifestName), data, 0o666)
}

// exits CODE COMMAND... runs a command that ends with this code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGUMENT...]")
	}
	code := 0
	var exit *exec.ExitError
	err := ts.Exec(args[1], args[2:]...)
	if errors.As(err, &exit) {
		code, err = exit.ExitCode(), nil
	}
	ts.Check(err)
	if want := args[0]; strconv.Itoa(code) != want {
		ts.Fatalf("exit code %d, not %s", code, want)
	}
}

// putBytes FILE HEX COUNT writes COUNT times the bytes HEX.
func putBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: bytes FILE HEX COUNT")
	}
	some, err := hex.DecodeString(args[1])
	ts.Check(err)
	count, err := strconv.Atoi(args[2])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat(string(some), count)), 0o666))
}

// unlike A B holds that two files differ.
func unlike(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: unlike FILE FILE")
	}
	if ts.ReadFile(args[0]) == ts.ReadFile(args[1]) {
		ts.Fatalf("%s and %s are the same", args[0], args[1])
	}
}

// alone FOLDER puts byocfn there, without the drawer beside it.
func alone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: alone FOLDER")
	}
	ts.Check(os.MkdirAll(ts.MkAbs(args[0]), 0o777))
	ts.Check(copyProgram("byocfn", ts.MkAbs(args[0])))
}

// copyProgram copies one of the programs of the scripts into a folder.
func copyProgram(name, dir string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, filepath.Base(path)), data, 0o777)
}
