package histories

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"byocfn/internal/contract"
)

// template is what these tests read of a published template.
type template struct {
	Resources map[string]struct {
		Type       string
		DependsOn  any
		Properties map[string]any
	}
}

// TestTemplates holds what the template has to do against the catalogue of failures: every custom
// resource has a ServiceTimeout (F1) and a Release that runs it again (F23), and waits for the
// settings of its function's queue; the queue drops what is too old to be answered (F10, F21);
// functions stay out of the VPC (F15), and their permissions are in their role, which cannot go
// before the function and its custom resources do (F14).
func TestTemplates(t *testing.T) {
	files, err := filepath.Glob("../../dist/*/*/template.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var is template
		if err := json.Unmarshal(data, &is); err != nil {
			t.Fatal(err)
		}
		for _, f := range driven() {
			is.holds(t, f)
		}
	}
}

func (is template) holds(t *testing.T, f contract.Function) {
	t.Helper()
	function, ok := is.Resources[f.ID+"Function"]
	if !ok {
		return
	}
	if function.Properties["VpcConfig"] != nil {
		t.Errorf("F15: %s is in a VPC", f.Name)
	}
	if role := is.Resources[f.ID+"Role"]; role.Properties["Policies"] == nil {
		t.Errorf("F14: %s has no permissions in its role", f.Name)
	}
	queue := is.Resources[f.ID+"Retries"].Properties
	if queue["MaximumRetryAttempts"] != 1.0 ||
		queue["MaximumEventAgeInSeconds"] != float64(f.Service-f.Timeout) {
		t.Errorf("F10, F21: the queue of %s is %v", f.Name, queue)
	}
	found := false
	for id, r := range is.Resources {
		if r.Type != f.Type {
			continue
		}
		found = true
		waits, _ := r.DependsOn.([]any)
		if r.Properties["ServiceTimeout"] != float64(f.Service) || r.Properties["Release"] == nil ||
			!slices.Contains(waits, any(f.ID+"Retries")) {
			t.Errorf("F1, F23: %s is %v after %v", id, r.Properties, waits)
		}
	}
	if !found {
		t.Errorf("%s serves no custom resource", f.Name)
	}
}
