package fakeec2

// tagRow is one tag of one object.
type tagRow struct{ id, kind, key, value string }

func (t tagRow) clone() tagRow { return t }

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html
func tagRowField(t *tagRow, filter string) ([]string, bool) {
	switch filter {
	case "key":
		return []string{t.key}, true
	case "value":
		return []string{t.value}, true
	case "resource-id":
		return []string{t.id}, true
	case "resource-type":
		return []string{t.kind}, true
	}
	return tagField(map[string]string{t.key: t.value}, filter)
}

func (r *run) shelfOfTags() shelf[tagRow] {
	rows := r.tagRows()
	return shelf[tagRow]{from: &rows, fields: tagRowField,
		write: inSet(r, "tagSet", func(t *tagRow) {
			r.out.text("resourceId", t.id)
			r.out.text("resourceType", t.kind)
			r.out.text("key", t.key)
			r.out.text("value", t.value)
		})}
}

// tagRows lists the tags of the account's objects as this read shows them.
func (r *run) tagRows() (rows store[tagRow]) {
	add := func(id, kind, owner string, tags map[string]string) {
		if owner != r.role.Account {
			return
		}
		for _, key := range sortedKeys(tags) {
			row := &tagRow{id, kind, key, tags[key]}
			rows.objects = append(rows.objects,
				&object[tagRow]{id: id, states: []state[tagRow]{{value: row}}})
		}
	}
	for _, v := range visible(r, &r.vpcs) {
		add(v.ID, "vpc", v.Owner, v.Tags)
	}
	for _, s := range visible(r, &r.subnets) {
		add(s.ID, "subnet", s.Owner, s.Tags)
	}
	for _, t := range visible(r, &r.tables) {
		add(t.ID, "route-table", t.Owner, t.Tags)
	}
	for _, e := range visible(r, &r.endpoints) {
		add(e.ID, "vpc-endpoint", e.Owner, e.Tags)
	}
	for _, i := range visible(r, &r.instances) {
		add(i.ID, "instance", i.Owner, i.Tags)
	}
	for _, v := range visible(r, &r.volumes) {
		add(v.ID, "volume", v.Owner, v.Tags)
	}
	for _, n := range visible(r, &r.interfaces) {
		add(n.ID, "network-interface", n.Owner, n.Tags)
	}
	for _, g := range visible(r, &r.groups) {
		add(g.ID, "security-group", g.Owner, g.Tags)
	}
	return rows
}

func visible[T kind[T]](r *run, in *store[T]) (values []*T) {
	for _, o := range in.objects {
		if value := o.at(r.moment(o.id)); value != nil {
			values = append(values, value)
		}
	}
	return values
}
