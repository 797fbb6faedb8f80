package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"byocfn/internal/diag"
)

// drawer is the program that draws. It is not a part of this one: D2, which it holds, prepares itself
// for longer than all products take to compile, and is needed only when the text of a picture changed.
const drawer = "byocfn-draw"

// draw adds the pictures that compilation left to be drawn, all with one run of the drawer.
func (a *app) draw(ctx context.Context, products []product) diag.List {
	var texts []string
	for _, p := range products {
		for _, picture := range p.result.Pictures {
			texts = append(texts, picture.Text)
		}
	}
	if len(texts) == 0 {
		return nil
	}
	drawn, diags := a.drawAll(ctx, texts)
	if diags.HasErrors() {
		return diags
	}
	for i := range products {
		result := &products[i].result
		for _, picture := range result.Pictures {
			if err := result.Files.Add(picture.Name, drawn[0]); err != nil {
				diags = append(diags, defect(diag.Range{File: picture.Name}, err)...)
			}
			drawn = drawn[1:]
		}
		result.Pictures = nil
	}
	return diags
}

// drawAll gives the picture of each text.
func (a *app) drawAll(ctx context.Context, texts []string) ([][]byte, diag.List) {
	command, diags := a.drawerCommand(ctx)
	if diags.HasErrors() {
		return nil, diags
	}
	input, err := json.Marshal(texts)
	if err != nil {
		return nil, defect(diag.Range{File: a.dist}, err)
	}
	var words bytes.Buffer
	command.Stdin, command.Stderr = bytes.NewReader(input), &words
	output, err := command.Output()
	var drawn [][]byte
	switch {
	case ctx.Err() != nil:
		diags.Error(diag.Range{File: a.dist}, "interrupted", "interrupted; nothing was written", "")
		return nil, diags
	case err != nil:
		err = fmt.Errorf("%w: %s", err, words.String())
	default:
		if err = json.Unmarshal(output, &drawn); err == nil && len(drawn) != len(texts) {
			err = fmt.Errorf("%d pictures for %d texts", len(drawn), len(texts))
		}
	}
	if err != nil {
		diags.Error(diag.Range{File: a.dist}, "not-drawn",
			"the pictures were not drawn: "+command.Path+": "+oneLine(err), "")
	}
	return drawn, diags
}

// drawerCommand finds the drawer: its sources where this folder is byocfn's own module, as with the
// functions, and the program beside this one elsewhere.
func (a *app) drawerCommand(ctx context.Context) (*exec.Cmd, diag.List) {
	if sourcesHere() {
		return exec.CommandContext(ctx, "go", "run", "./cmd/"+drawer), nil
	}
	var diags diag.List
	path, err := beside(drawer)
	if err == nil {
		return exec.CommandContext(ctx, path), nil
	}
	hint := "go build -o DIR/ ./cmd/... puts both into one folder"
	if !errors.Is(err, fs.ErrNotExist) {
		hint = ""
	}
	diags.Error(diag.Range{File: path}, "no-drawer",
		"a picture has to be drawn, and "+drawer+" is not beside byocfn: "+cause(path, err), hint)
	return nil, diags
}

// beside gives the path of a program in the folder of this one.
func beside(name string) (string, error) {
	own, err := os.Executable()
	if err == nil {
		own, err = filepath.EvalSymlinks(own)
	}
	if err != nil {
		return name, err
	}
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	path := filepath.Join(filepath.Dir(own), name)
	_, err = os.Stat(path)
	return path, err
}
