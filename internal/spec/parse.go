package spec

import (
	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// ParseProduct reads a product.yaml: it decodes strictly, then checks each field on its own. All
// mistakes come back at once. The product is never nil; it is good for planning only if the list
// has no errors.
func ParseProduct(doc *source.Document) (*Product, diag.List) {
	p := &Product{}
	diags := source.Decode(doc.Root, p)
	checkShape(doc.Root, p, &diags)
	checkProduct(doc.Root, p, &diags)
	return p, diags
}

// ParseStack reads a NAME.stack.yaml like ParseProduct; name is what the file's name says.
func ParseStack(name string, doc *source.Document) (*Stack, diag.List) {
	s := &Stack{}
	diags := source.Decode(doc.Root, s)
	s.Name = name
	checkShape(doc.Root, s, &diags)
	checkStack(doc, s, &diags)
	return s, diags
}
