using Duramen.Storage.Recovery;
using Xunit;

namespace Duramen.Faults.Tests.Recovery;

/// <summary>Every combination of what recovery can see, against the rows of <c>docs/recovery.md</c>, of which exactly one fits each.</summary>
public sealed class JournalVerdictTests
{
    private const long Expected = 10;
    private const long CatalogNext = 8;

    private static readonly Row[] Rows =
    [
        new(1, e => e.ForeignFolder is not null, JournalEnd.Corrupt, "belongs to the data folder"),
        new(2, e => e is { ForeignFolder: null, LaterGroup: not null }, JournalEnd.Corrupt, "although group 11 after it is there"),
        new(3, e => e is { ForeignFolder: null, LaterGroup: null, SyncedMark: >= Expected }, JournalEnd.Corrupt, "although groups up to"),
        new(4, e => e is { ForeignFolder: null, LaterGroup: null, SyncedMark: < CatalogNext - 1 }, JournalEnd.Corrupt, "older than the catalog"),
        new(5, e => InRange(e) && e.HasStartedGroup, JournalEnd.Torn, "group 10 was being written"),
        new(6, e => InRange(e) && !e.HasStartedGroup, JournalEnd.Clean, ""),
        new(7, e => IsUnmarked(e) && !e.IsCatalogClean, JournalEnd.Corrupt, "cannot be read"),
        new(8, e => IsUnmarked(e) && e is { IsCatalogClean: true, HasStartedGroup: true }, JournalEnd.Corrupt, "cannot be read"),
        new(9, e => IsUnmarked(e) && e is { IsCatalogClean: true, HasStartedGroup: false }, JournalEnd.Clean, ""),
    ];

    [Fact]
    public void Every_combination_of_evidence_has_one_row_and_its_verdict()
    {
        var used = new HashSet<int>();
        int combinations = 0;
        foreach (JournalEvidence evidence in Combinations())
        {
            Row row = Assert.Single(Rows, row => row.Fits(evidence));
            JournalEnd end = JournalVerdict.Judge(evidence, out string reason);
            Assert.True(end == row.Verdict, $"row {row.Number}, {evidence}: {end}");
            Assert.Contains(row.Reason, reason, StringComparison.Ordinal);
            Assert.Equal(end == JournalEnd.Clean, reason.Length == 0);
            used.Add(row.Number);
            combinations++;
        }

        Assert.Equal(Rows.Length, used.Count);
        Assert.Equal(2 * 2 * 9 * 2 * 2, combinations);
    }

    [Fact]
    public void The_document_has_the_same_rows()
    {
        string document = File.ReadAllText(Path.Combine(Repository(), "docs", "recovery.md"));
        foreach (Row row in Rows)
        {
            string line = Assert.Single(document.Split('\n'), line => line.StartsWith($"| {row.Number} |", StringComparison.Ordinal));
            Assert.Contains($"**{row.Verdict}**", line, StringComparison.Ordinal);
        }
    }

    private static bool InRange(JournalEvidence e) => e is { ForeignFolder: null, LaterGroup: null, SyncedMark: >= CatalogNext - 1 and < Expected };

    private static bool IsUnmarked(JournalEvidence e) => e is { ForeignFolder: null, LaterGroup: null, SyncedMark: null };

    private static IEnumerable<JournalEvidence> Combinations() =>
        from foreign in new Guid?[] { null, Guid.NewGuid() }
        from later in new long?[] { null, Expected + 1 }
        from mark in new long?[] { null, 0, CatalogNext - 2, CatalogNext - 1, CatalogNext, Expected - 1, Expected, Expected + 1, long.MaxValue }
        from clean in new[] { false, true }
        from started in new[] { false, true }
        select new JournalEvidence(Expected, CatalogNext, clean, mark, later, started, foreign);

    private static string Repository()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Duramen.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    private sealed record Row(int Number, Func<JournalEvidence, bool> Fits, JournalEnd Verdict, string Reason);
}
