package spec

import (
	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// checkShape checks what holds for every field of a kind, wherever it stands.
func checkShape(root *source.Node, into any, diags *diag.List) {}

func checkProduct(root *source.Node, p *Product, diags *diag.List) {}

func checkStack(doc *source.Document, s *Stack, diags *diag.List) {}
