using System.Globalization;
using Duramen.Core.Ids;

namespace Duramen.Storage.Segments;

/// <summary>
/// What tells one segment of a log from another: where it begins, and a generation, which is higher for a segment that compaction wrote again
/// or that a truncation began. What replaces a segment is thus a new file under a new name, and a crash between the two leaves both intact.
/// </summary>
internal readonly record struct SegmentId(Offset BaseOffset, int Generation)
{
    /// <summary>The name of the file that holds the batches.</summary>
    public string SegmentFileName => Stem + ".segment";

    /// <summary>The name of the file that holds the index.</summary>
    public string IndexFileName => Stem + ".index";

    private string Stem => string.Create(CultureInfo.InvariantCulture, $"{BaseOffset.Value:D20}-{Generation:D6}");

    /// <summary>Reads an id back from either file name; false for any other name.</summary>
    public static bool TryParse(string fileName, out SegmentId id)
    {
        id = default;
        int dot = fileName.IndexOf('.', StringComparison.Ordinal);

        // A generation has six digits at least; a log that is compacted all day long needs a seventh after some months.
        if (dot < 27 || fileName[20] != '-' || fileName[dot..] is not (".segment" or ".index"))
        {
            return false;
        }

        if (!long.TryParse(fileName.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out long baseOffset)
            || !int.TryParse(fileName.AsSpan(21, dot - 21), NumberStyles.None, CultureInfo.InvariantCulture, out int generation))
        {
            return false;
        }

        id = new SegmentId(new Offset(baseOffset), generation);
        return true;
    }

    /// <summary>The stem of both file names, which is how messages name a segment.</summary>
    public override string ToString() => Stem;
}
