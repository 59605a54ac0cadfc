using Duramen.State.Store;

namespace Duramen.Cli.Quickstart;

/// <summary>What was changed between two moments of the table of files.</summary>
/// <param name="Added">Files that were not there.</param>
/// <param name="Changed">Files that have another content or mode.</param>
/// <param name="Removed">Files that are gone.</param>
/// <param name="First">The first of them, in the order of their paths.</param>
internal sealed record FileDifferences(long Added, long Changed, long Removed, IReadOnlyList<FileDifferences.Difference> First)
{
    /// <summary>A file that is not what it was.</summary>
    /// <param name="Kind">What happened to it.</param>
    /// <param name="Path">Its path.</param>
    /// <param name="Before">What there was; empty when nothing was.</param>
    /// <param name="After">What there is; empty when nothing is.</param>
    internal sealed record Difference(DifferenceKind Kind, byte[] Path, string Before, string After);
}
