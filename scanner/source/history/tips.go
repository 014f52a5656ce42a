package history

func (r *repository) tips() []tip { return nil }
