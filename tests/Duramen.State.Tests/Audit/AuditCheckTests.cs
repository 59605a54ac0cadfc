using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.State.Audit;

namespace Duramen.State.Tests.Audit;

public sealed class AuditCheckTests
{
    private const int Batches = 12;

    [Fact]
    public async Task An_untouched_history_agrees_with_all_its_seals()
    {
        AuditReport report = await AuditCheck.RunAsync(AuditTrail.InMemory(AuditLogs.Make(Batches)), await SealsAsync());
        Assert.True(report.IsSound);
        Assert.Null(report.Difference);
    }

    [Fact]
    public async Task Any_altered_batch_fails_the_seals_after_it_and_lies_between_them_and_those_before()
    {
        AuditSeal[] seals = await SealsAsync();
        for (int altered = 0; altered < Batches; altered++)
        {
            AuditReport report = await AuditCheck.RunAsync(AuditTrail.InMemory(AuditLogs.Make(Batches, index => index == altered ? "forged" : null)), seals);
            Assert.False(report.IsSound);
            Assert.All(report.Seals, one => Assert.Equal(one.Seal.AsOf <= AuditLogs.BaseOf(altered), one.Fault is null));
            Assert.Equal(AuditLogs.BaseOf(altered), report.Difference!.From);
            Assert.Equal(AuditLogs.BaseOf(altered + 1), report.Difference.To);

            AuditReport coarse = await AuditCheck.RunAsync(AuditTrail.InMemory(AuditLogs.Make(Batches, index => index == altered ? "forged" : null)), [seals[6], seals[^1]]);
            Assert.Equal(altered < 6 ? Offset.Zero : AuditLogs.BaseOf(6), coarse.Difference!.From);
            Assert.Equal(AuditLogs.BaseOf(altered < 6 ? 6 : Batches), coarse.Difference.To);
            Assert.False(coarse.Difference.IsExact);
        }
    }

    [Fact]
    public async Task A_kept_trail_names_the_first_altered_batch()
    {
        for (int altered = 0; altered < Batches; altered++)
        {
            var disk = new MemoryDisk();
            AuditSeal seal = await AuditTrailTests.KeepAsync(AuditLogs.Make(Batches), disk);
            MemoryLog log = AuditLogs.Make(Batches + 4, index => index == altered || index > 9 ? "forged" : null);
            using AuditTrail trail = await AuditTrail.OpenAsync(log, disk, "/audit/orders");
            AuditReport report = await AuditCheck.RunAsync(trail, [seal]);
            int first = Math.Min(altered, 10);
            Assert.Equal((AuditLogs.BaseOf(first), AuditLogs.BaseOf(first + 1), true), (report.Difference!.From, report.Difference.To, report.Difference.IsExact));
            Assert.False(report.IsSound);

            // What the trail took in stays as it was.
            Assert.Equal(seal, trail.Seal());
        }
    }

    [Fact]
    public async Task Records_that_are_gone_too_many_or_batched_differently_are_differences()
    {
        var disk = new MemoryDisk();
        AuditSeal seal = await AuditTrailTests.KeepAsync(AuditLogs.Make(Batches), disk);
        MemoryLog shorter = AuditLogs.Make(Batches - 2);
        MemoryLog rebatched = AuditLogs.Make(6);
        AuditLogs.Append(rebatched, 7, "other");
        AuditLogs.Append(rebatched, 7, Batches);
        foreach ((MemoryLog log, int first) in new[] { (shorter, Batches - 2), (rebatched, 6) })
        {
            using AuditTrail trail = await AuditTrail.OpenAsync(log, disk, "/audit/orders");
            AuditReport report = await AuditCheck.RunAsync(trail, [seal]);
            Assert.Equal(AuditLogs.BaseOf(first), report.Difference!.From);
            Assert.True(report.Difference.IsExact);

            AuditReport fresh = await AuditCheck.RunAsync(AuditTrail.InMemory(log), [seal]);
            Assert.False(fresh.IsSound);
        }
    }

    [Fact]
    public async Task What_was_trimmed_is_vouched_for_by_the_trail_alone()
    {
        var disk = new MemoryDisk();
        MemoryLog log = AuditLogs.Make(Batches);
        AuditSeal seal = await AuditTrailTests.KeepAsync(log, disk);
        await log.TrimAsync(AuditLogs.BaseOf(5).Plus(1));
        AuditLogs.Append(log, Batches, Batches + 3);
        using AuditTrail trail = await AuditTrail.OpenAsync(log, disk, "/audit/orders");
        AuditReport report = await AuditCheck.RunAsync(trail, [seal]);
        Assert.True(report.IsSound);
        Assert.Equal((5, Batches - 5), (report.TrimmedBatches, report.ComparedBatches));
        Assert.Equal(Batches + 3, report.Now.Batches);
    }

    [Fact]
    public async Task A_seal_of_another_log_says_nothing_about_where_this_one_differs()
    {
        AuditSeal[] seals = await SealsAsync();
        AuditReport report = await AuditCheck.RunAsync(AuditTrail.InMemory(AuditLogs.Make(Batches)), [seals[3] with { First = new Offset(2) }]);
        Assert.False(report.IsSound);
        Assert.Null(report.Difference);
    }

    /// <summary>A seal at every batch.</summary>
    private static async Task<AuditSeal[]> SealsAsync()
    {
        using AuditTrail trail = await AuditTrailTests.InMemoryAsync(AuditLogs.Make(Batches));
        return [.. Enumerable.Range(1, Batches).Select(index => trail.Seal(AuditLogs.BaseOf(index))).Prepend(trail.Seal(Offset.Zero))];
    }
}
