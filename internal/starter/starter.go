// Package starter writes the files with which a vendor begins: a product that compiles as it is,
// and whose comments explain the language.
package starter

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"text/template"

	"byocfn/internal/artifact"
	"byocfn/internal/spec"
)

//go:embed files
var files embed.FS

// names lists the files in the order in which a vendor reads them.
func names() []string { return []string{"product.yaml", "app.stack.yaml", "boot.sh"} }

// Files gives the starter of a product, named templates/NAME/... It fails for what cannot be the
// name of a product.
func Files(name string) ([]artifact.File, error) {
	if err := spec.CheckProductName(name); err != nil {
		return nil, err
	}
	var out []artifact.File
	for _, file := range names() {
		data, err := fill(file, name)
		if err != nil {
			return nil, fmt.Errorf("writing %s of the starter: %w", file, err)
		}
		out = append(out, artifact.File{Name: "templates/" + name + "/" + file, Data: data})
	}
	return out, nil
}

// fill puts the name into one file. The marks are characters that neither YAML nor bash uses.
func fill(file, name string) ([]byte, error) {
	t, err := template.New(file).Delims("‹", "›").ParseFS(files, "files/"+file)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, struct{ Name, Title string }{name, title(name)})
	return out.Bytes(), err
}

// title writes acme-lake as Acme Lake.
func title(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '-' })
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}
