//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// What byocfn may take of memory for all that it compiles, in MiB. The program itself counts.
const memoryBudget = 64

// TestMemory builds the command as users do, and has it compile twelve templates: the shipped product
// six times, under other names. Pictures are not its own work.
func TestMemory(t *testing.T) {
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", dir, ".")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if err := copyProgram(drawer, dir); err != nil {
		t.Fatal(err)
	}
	templates, functions := filepath.Join(dir, "templates"), filepath.Join(dir, "functions")
	if err := manifestIn(functions); err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		copyProduct(t, filepath.Join(templates, fmt.Sprint("copy", i)))
	}
	unit := int64(1 << 10) // getrusage(2) counts KiB,
	if runtime.GOOS == "darwin" {
		unit = 1 // but there
	}
	for i := range 3 {
		run := exec.CommandContext(t.Context(), "peak", filepath.Join(dir, "byocfn"), "synth",
			"--templates", templates, "--out", filepath.Join(dir, "dist"), "--functions", functions)
		var words bytes.Buffer
		run.Stderr = &words
		peak, err := run.Output()
		if err != nil || strings.Count(words.String(), "/agent-") != 12 {
			t.Fatalf("%v: %s", err, words.String())
		}
		n, err := strconv.ParseInt(string(peak), 10, 64)
		if i == 0 {
			continue // it had the pictures drawn, and the drawer counts
		}
		if mib := n * unit >> 20; err != nil || mib > memoryBudget || mib == 0 {
			t.Errorf("synth takes %d MiB, more than %d; %v", mib, memoryBudget, err)
		}
	}
}

// peak COMMAND... runs a command and prints the most memory that it had. Linux counts what a process
// had before it became the command, so this is a small process and not the one that tests.
func peak() {
	run := exec.CommandContext(context.Background(), os.Args[1], os.Args[2:]...)
	run.Stderr = os.Stderr
	if err := run.Run(); err != nil {
		log.Fatal(err)
	}
	if usage, ok := run.ProcessState.SysUsage().(*syscall.Rusage); ok {
		fmt.Print(usage.Maxrss)
	}
}

// copyProduct copies the shipped product to a folder, and gives it the folder's name.
func copyProduct(t *testing.T, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS("../../templates/velodb")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(to, "product.yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), "product: velodb", "product: "+filepath.Base(to), 1)
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(to, "lock.json")); err != nil {
		t.Fatal(err)
	}
}
