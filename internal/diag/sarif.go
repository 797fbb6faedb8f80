package diag

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// SARIF 2.1.0, as far as it is needed. Names and rules:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		Message  *sarifText    `json:"message,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
)

// SARIF writes one SARIF 2.1.0 log for code scanning services; version is byocfn's own and may be
// empty. It fails only when w does.
func SARIF(w io.Writer, l List, version string) error {
	l = l.Sorted()
	driver := sarifDriver{Name: "byocfn", Version: version, Rules: []sarifRule{}}
	results := []sarifResult{}
	for _, d := range l {
		rule := sarifRule{d.ID}
		index := slices.Index(driver.Rules, rule)
		if index < 0 {
			index = len(driver.Rules)
			driver.Rules = append(driver.Rules, rule)
		}
		results = append(results, resultOf(d, index))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{{sarifTool{driver}, "unicodeCodePoints", results}},
	})
}

func resultOf(d Diagnostic, index int) sarifResult {
	out := sarifResult{
		RuleID: d.ID, RuleIndex: index, Level: d.Severity.String(),
		Message: sarifText{d.Summary},
	}
	if d.Hint != "" {
		out.Message.Text += "\nhint: " + d.Hint
	}
	if d.At.File != "" {
		out.Locations = []sarifLocation{locationOf(d.At, nil)}
	}
	for _, n := range d.Notes {
		if n.At.File != "" {
			out.Related = append(out.Related, locationOf(n.At, &sarifText{n.Text}))
		}
	}
	return out
}

func locationOf(r Range, text *sarifText) sarifLocation {
	physical := sarifPhysical{Artifact: sarifArtifact{fileURI(r.File)}}
	if r.Start.Line > 0 {
		physical.Region = &sarifRegion{r.Start.Line, r.Start.Col, r.End.Line, r.End.Col}
	}
	return sarifLocation{text, physical}
}

// fileURI gives a relative reference for a relative path: the log then holds on any machine.
func fileURI(file string) string {
	u := url.URL{Path: filepath.ToSlash(file)}
	if strings.HasPrefix(u.Path, "/") {
		u.Scheme = "file"
	}
	return u.String()
}
