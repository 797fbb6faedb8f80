package draw

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"byocfn/internal/diagram"
	"byocfn/internal/plan"
)

// hostile is the text of a plan whose names mean something in D2, which the test of package diagram
// holds against that plan.
func hostile(t testing.TB) string {
	archive, err := txtar.ParseFile("../testdata/hostile.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return string(archive.Files[0].Data)
}

func TestSVG(t *testing.T) {
	src := hostile(t)
	svg, err := SVG(src)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	attrs := map[string]string{}
	var inside string
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			inside = x.Name.Local
			for _, a := range x.Attr {
				if len(found) == 0 {
					attrs[a.Name.Local] = a.Value
				}
				if a.Name.Local == "href" || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("<%s %s=%q>", inside, a.Name.Local, a.Value)
				}
			}
			found[inside] += ""
		case xml.EndElement:
			inside = ""
		case xml.CharData:
			found[inside] += string(x)
		}
	}
	for _, bad := range []string{"script", "image", "foreignObject", "a"} {
		if _, ok := found[bad]; ok {
			t.Errorf("<%s> came through", bad)
		}
	}
	if strings.Contains(found["style"], "url(http") || strings.Contains(found["style"], "@import") {
		t.Error("a style refers to the outside")
	}
	if attrs["role"] != "img" || attrs["aria-labelledby"] != "title desc" || len(svg) > 60_000 {
		t.Error(attrs, len(svg))
	}
	if !strings.Contains(found["title"], "<script>x</script>") {
		t.Errorf("title %q", found["title"])
	}
	for _, want := range []string{"Label → Shape: acts as", "Label → Data: uses", "DATA → User: uses",
		"Vendor → \"q\"", "User → Shape: may become", "Shape → DATA: uses", "Shape, IAM Role, with Policy",
		"Sts, endpoint of sts, if Switch is on", "S3, gateway endpoint of s3"} {
		if !strings.Contains(found["desc"], want) {
			t.Errorf("no %q in\n%s", want, found["desc"])
		}
	}
	for _, not := range []string{"Label → DATA", "Label → Group", "FactsRole", "Profile", "VPC: uses"} {
		if strings.Contains(found["desc"], not) {
			t.Errorf("%q in\n%s", not, found["desc"])
		}
	}
}

// TestServe reads back what the other side of the process gets.
func TestServe(t *testing.T) {
	small := diagram.Source(&plan.Plan{})
	texts, err := json.Marshal([]string{hostile(t), small})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	var drawn [][]byte
	if err := Serve(bytes.NewReader(texts), &out); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &drawn); err != nil || len(drawn) != 2 ||
		!diagram.Current(drawn[0], hostile(t)) || !diagram.Current(drawn[1], small) {
		t.Errorf("%d pictures, %v", len(drawn), err)
	}
	for in, want := range map[string]string{
		"": "EOF", "{": "texts", "[1]": "texts", `["a: b"]`: "picture 1: the text is for another version",
		`["` + diagram.Version() + `\na: {"]`: "picture 1: laying out",
	} {
		out.Reset()
		err := Serve(strings.NewReader(in), &out)
		if err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%q: %v, and %d bytes", in, err, out.Len())
		}
	}
}

// TestSameInAnotherProcess draws again here and in a process of its own, whose maps have other seeds.
func TestSameInAnotherProcess(t *testing.T) {
	svg, err := SVG(hostile(t))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("DIAGRAM_TO_STDERR") != "" {
		os.Stderr.Write(svg)
		return
	}
	again, err := SVG(hostile(t))
	if err != nil || !bytes.Equal(svg, again) {
		t.Error("another drawing in the same process", err)
	}
	cmd := exec.CommandContext(context.Background(), os.Args[0], "-test.run=^TestSameInAnotherProcess$")
	cmd.Env = append(os.Environ(), "DIAGRAM_TO_STDERR=1")
	var other bytes.Buffer
	cmd.Stderr = &other
	if err := cmd.Run(); err != nil || !bytes.Equal(svg, other.Bytes()) {
		t.Error("another drawing in another process", err)
	}
}

func TestEmptyPlan(t *testing.T) {
	if _, err := SVG(diagram.Source(&plan.Plan{})); err != nil {
		t.Error(err)
	}
}

func BenchmarkSVG(b *testing.B) {
	src := hostile(b)
	for b.Loop() {
		if _, err := SVG(src); err != nil {
			b.Fatal(err)
		}
	}
}
