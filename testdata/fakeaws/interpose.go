package fakeaws

// Interpose sets Before at any time, while the server runs too.
func (s *Server) Interpose(before func(*Request) *Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Before = before
}
