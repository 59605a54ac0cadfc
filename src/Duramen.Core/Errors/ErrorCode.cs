namespace Duramen.Core.Errors;

/// <summary>
/// A stable, documented name of a kind of failure, such as <c>disk-full</c>. Programs may compare codes; messages may change.
/// Each project declares its codes in one file, and <c>docs/errors.md</c> has a section for each.
/// </summary>
public readonly record struct ErrorCode(string Name)
{
    /// <summary>The name itself.</summary>
    public override string ToString() => Name;
}
