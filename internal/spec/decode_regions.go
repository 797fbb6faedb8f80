package spec

import (
	"byocfn/internal/diag"
	"byocfn/internal/source"
)

// DecodeNode reads a list of regions, or a mapping from each region to its facts. A fact that only
// some regions have is an error in each region that lacks it.
func (r *Regions) DecodeNode(n *source.Node, path string, diags *diag.List) {
	switch n.Kind {
	case source.Sequence:
		for i, item := range n.Items {
			var name Word
			source.DecodeInto(item, source.Item(path, i), &name, diags)
			*r = append(*r, Region{Name: name})
		}
		checkTwice(*r, diags)
	case source.Mapping:
		for _, e := range n.Entries {
			region := Region{Name: Word{Value: e.Key, At: e.KeyAt}}
			if e.Value.Kind != source.Null {
				source.DecodeInto(e.Value, source.Join(path, e.Key), &region.Facts, diags)
			}
			*r = append(*r, region)
		}
		checkFacts(*r, diags)
	default:
		source.WrongType(n, path, "a list of regions or a mapping from regions to facts", diags)
	}
}

func checkTwice(regions Regions, diags *diag.List) {
	first := map[string]diag.Range{}
	for _, r := range regions {
		if at, twice := first[r.Name.Value]; twice && r.Name.Value != "" {
			diags.Error(r.Name.At, "duplicate-region", "the region "+r.Name.Value+" is here twice",
				"remove one of them", diag.Note{Text: "the first one", At: at})
			continue
		}
		first[r.Name.Value] = r.Name.At
	}
}

func checkFacts(regions Regions, diags *diag.List) {
	var names []Word          // of all facts, in order
	owner := map[string]int{} // the first region that has a fact
	for i, r := range regions {
		for _, fact := range r.Facts {
			if _, known := owner[fact.Name.Value]; !known {
				owner[fact.Name.Value] = i
				names = append(names, fact.Name)
			}
		}
	}
	for _, r := range regions {
		for _, name := range names {
			if r.Facts.Get(name.Value) == nil {
				diags.Error(r.Name.At, "missing-fact",
					"the region "+r.Name.Value+` has no fact "`+name.Value+`"`,
					"add "+name.Value+" to "+r.Name.Value+": every region needs the same facts",
					diag.Note{
						Text: regions[owner[name.Value]].Name.Value + " has it", At: name.At,
					})
			}
		}
	}
}
