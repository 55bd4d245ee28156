// Runs before the first paint, so that a chosen look does not flash. settings.js keeps the choice.
try {
  const look = localStorage.getItem('sotto-look');
  if (look === 'light' || look === 'dark') document.documentElement.dataset.look = look;
} catch {
  // Storage is forbidden: the system's look it is.
}
