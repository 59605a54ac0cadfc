namespace Duramen.Architecture.Tests;

/// <summary>One project's place in the house.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="Floor">Its floor; a reference goes to a lower one.</param>
/// <param name="IsPure">Whether it owns no clock, chance, thread or file, which its project file states as <c>DuramenPure</c>.</param>
/// <param name="BuiltOn">The projects it is built on.</param>
internal sealed record Room(string Project, int Floor, bool IsPure, IReadOnlyList<string> BuiltOn);
