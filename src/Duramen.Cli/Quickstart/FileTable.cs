namespace Duramen.Cli.Quickstart;

/// <summary>The table of files: the fold that keeps the last change of each path, and the paths that are not deleted.</summary>
internal sealed class FileTable
{
    private readonly Dictionary<string, FileRow> _rows = new(StringComparer.Ordinal);

    /// <summary>Changes that were applied.</summary>
    public long Changes { get; private set; }

    /// <summary>Paths that are there.</summary>
    public int Files { get; private set; }

    /// <summary>Paths that were there and are not any more.</summary>
    public int Deleted => _rows.Count - Files;

    /// <summary>Applies the next change.</summary>
    public void Apply(Change change)
    {
        Changes++;
        FileRow? row = _rows.GetValueOrDefault(change.Path);
        Files += (change.IsDeletion ? 0 : 1) - (row is { Last.IsDeletion: false } ? 1 : 0);
        _rows[change.Path] = new FileRow(change, (row?.Changes ?? 0) + 1);
    }

    /// <summary>The paths that are there and changed most often, that one first.</summary>
    public IReadOnlyList<FileRow> MostChanged(int count) =>
        [.. _rows.Values.Where(row => !row.Last.IsDeletion).OrderByDescending(row => row.Changes).ThenBy(row => row.Last.Path, StringComparer.Ordinal).Take(count)];

    /// <summary>A row of the table.</summary>
    /// <param name="Last">The last change of the path.</param>
    /// <param name="Changes">How often it changed.</param>
    internal sealed record FileRow(Change Last, int Changes);
}
