package docs

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// whose says who launches the stack, where that is not the reader one would expect.
func whose(w *page, p *plan.Plan) {
	if p.VendorSide {
		w.paragraph("**For " + inline(p.Product.Vendor) + " only.** This stack belongs into the vendor's own " +
			"account: \"you\" on this page is the vendor. Customers launch another stack.")
	}
}

func ways(p *plan.Plan) string {
	if p.VendorSide {
		return "Commands"
	}
	return "Links and commands"
}

// once warns of a second launch.
func once(w *page, p *plan.Plan) {
	if p.Once {
		w.paragraph("**Once for an account.** IAM has no regions: one such stack serves the whole account, " +
			"and it does not matter which region it is launched in. A second one, there or in another " +
			"region, fails because the names of its roles or policies exist already.")
	}
}

// activated names the types that only an account has which activated them.
// Source: CloudFormation user guide, "Use third-party public extensions".
func activated(w *page, p *plan.Plan) {
	var types []string
	for _, r := range p.Resources {
		raw, isRaw := r.Body.(*plan.Raw)
		if !isRaw || slices.Contains(types, code(raw.Type)) {
			continue
		}
		switch owner, _, _ := strings.Cut(raw.Type, "::"); owner {
		case "AWS", "Alexa", "AMZN", "Custom":
		default:
			types = append(types, code(raw.Type))
		}
	}
	if len(types) > 0 {
		w.paragraph("**Before the launch,** activate " + strings.Join(types, ", ") + " in the registry of " +
			"CloudFormation, in this account and region, and configure it as its publisher says: it is no " +
			"type of AWS's own. Without it the launch fails.")
	}
}

// fixedOf gives what a vendor fixed of an identity, each with its value.
func fixedOf(body plan.Body) (f plan.Fixed, name, path, boundary cfn.Value) {
	switch b := body.(type) {
	case *plan.Role:
		return b.Fixed, b.Name, b.Path, b.Boundary
	case *plan.User:
		return b.Fixed, b.Name, b.Path, b.Boundary
	case *plan.ManagedPolicy:
		return b.Fixed, b.Name, b.Path, nil
	case *plan.InstanceProfile:
		return b.Fixed, nil, b.Path, nil
	}
	return plan.Fixed{}, nil, nil, nil
}

// fixed lists what the house rules do not reach.
func fixed(w *page, p *plan.Plan) {
	rows := fixedRows(p)
	if len(rows) == 0 {
		return
	}
	w.heading(2, "What does not follow your house rules")
	w.table([]string{"Resource", "What is fixed", "Value", "Who relies on it"}, rows)
}

// fixedRows gives a row for each; none where no customer's rules apply.
func fixedRows(p *plan.Plan) [][]string {
	var rows [][]string
	if p.VendorSide {
		return nil
	}
	for _, r := range p.Resources {
		f, name, path, boundary := fixedOf(r.Body)
		add := func(is bool, what string, v cfn.Value, why string) {
			if is && v != nil {
				rows = append(rows, []string{code(r.ID), what, speaker{plan: p}.said(v), why})
			}
		}
		add(f.Name, "name", name, inline(f.For))
		add(f.Path, "path", path, "policies rest on it")
		add(f.Boundary, "permissions boundary", boundary, "it is the stack's own, and in place of yours")
	}
	return rows
}

// reliedOn lists the names that others know.
func reliedOn(p *plan.Plan) [][]string {
	var rows [][]string
	for _, r := range p.Resources {
		if f, name, _, _ := fixedOf(r.Body); f.For != "" && name != nil {
			rows = append(rows, []string{speaker{plan: p}.said(name), inline(f.For)})
		}
	}
	return rows
}

// instead says what is not made where the customer names one of their own, and what to do then.
func instead(w *page, p *plan.Plan) {
	var rows [][]string
	for _, i := range p.Instead {
		rows = append(rows, []string{code(i.Parameter), "the " + i.Noun + " " + code(i.ID),
			link(ownFile(i), ownFile(i))})
	}
	if len(rows) == 0 {
		return
	}
	w.heading(2, "If you bring your own")
	w.paragraph("What you name is used as it is: the stack changes nothing of it, and leaves it when it is " +
		"deleted.")
	w.table([]string{"With this parameter", "is not made", "What to add to yours"}, rows)
}

// ownArn is the ARN of what the customer names: roles are named by it.
func ownArn(i plan.Instead) string {
	if i.Noun == "bucket" {
		return "arn:${AWS::Partition}:s3:::${" + i.Parameter + "}"
	}
	return "${" + i.Parameter + "}"
}

func ownFile(i plan.Instead) string { return "iam/" + i.ID + ".existing.md" }
