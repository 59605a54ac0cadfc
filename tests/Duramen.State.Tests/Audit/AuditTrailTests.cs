using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.State.Audit;
using Duramen.State.Audit.Merkle;

namespace Duramen.State.Tests.Audit;

public sealed class AuditTrailTests
{
    private const string Folder = "/audit/orders";

    [Fact]
    public async Task A_seal_is_the_root_over_the_batches_as_readers_get_them()
    {
        MemoryLog log = AuditLogs.Make(9);
        List<byte[]> batches = [];
        for (int index = 0; index < 9; index++)
        {
            using LogSlice slice = await log.ReadAsync(AuditLogs.BaseOf(index), new ReadLimits(1));
            batches.Add(slice.Batches.ToArray());
        }

        using AuditTrail trail = await InMemoryAsync(log);
        for (int index = 0; index <= 9; index++)
        {
            Offset asOf = AuditLogs.BaseOf(index);
            var root = new MerkleHash(NaiveTree.Root(batches.ToArray().AsSpan(0, index)));
            Assert.Equal(new AuditSeal("orders", Offset.Zero, asOf, index, root), trail.Seal(asOf));
        }

        Assert.Equal(trail.Seal(log.Watermarks.Committed), trail.Seal());
    }

    [Fact]
    public async Task A_batch_is_sealed_whole_and_the_refusal_says_where_it_can_be()
    {
        using AuditTrail trail = await InMemoryAsync(AuditLogs.Make(5));
        StateException error = Assert.Throws<StateException>(() => trail.Seal(new Offset(2)));
        Assert.Equal(StateErrors.AuditOutOfRange, error.Code);
        Assert.Contains("as of 1 or 3", error.Message, StringComparison.Ordinal);
        Assert.Equal(StateErrors.AuditOutOfRange, Assert.Throws<StateException>(() => trail.Seal(new Offset(1000))).Code);
    }

    [Fact]
    public async Task Only_what_is_committed_is_taken_in_so_truncation_changes_nothing()
    {
        var log = new MemoryLog(new LogId(Guid.NewGuid()), "orders", CommitRule.WhenTold);
        AuditLogs.Append(log, 0, 6);
        log.AdvanceCommitted(AuditLogs.BaseOf(4));
        using AuditTrail trail = await InMemoryAsync(log);
        AuditSeal before = trail.Seal();
        Assert.Equal(4, before.Batches);

        await log.TruncateAsync(AuditLogs.BaseOf(4));
        AuditLogs.Append(log, 4, 6, _ => "other");
        log.AdvanceCommitted(log.Watermarks.End);
        await trail.ExtendAsync();
        Assert.Equal(before, trail.Seal(before.AsOf));
        Assert.Equal(6, trail.Batches);
    }

    [Fact]
    public async Task A_trail_that_was_not_kept_before_a_trim_says_from_where_history_is_provable()
    {
        MemoryLog log = AuditLogs.Make(9);
        await log.TrimAsync(AuditLogs.BaseOf(5).Plus(1));
        using AuditTrail trail = AuditTrail.InMemory(log);
        StateException error = await Assert.ThrowsAsync<StateException>(async () => await trail.ExtendAsync());
        Assert.Equal(StateErrors.AuditTrimmed, error.Code);
        Assert.Contains($"provable from offset {log.Watermarks.Start} on", error.Message, StringComparison.Ordinal);

        using AuditTrail rest = AuditTrail.InMemory(log, new AuditTrailOptions { First = log.Watermarks.Start });
        await rest.ExtendAsync();

        // A batch is never cut: it begins with the one that holds the start.
        Assert.Equal(AuditLogs.BaseOf(5), rest.Seal().First);
        Assert.Equal(4, rest.Batches);
    }

    [Fact]
    public async Task A_kept_trail_goes_on_where_it_was_and_still_has_what_was_trimmed()
    {
        var disk = new MemoryDisk();
        MemoryLog log = AuditLogs.Make(7);
        AuditSeal before = await KeepAsync(log, disk);
        await log.TrimAsync(AuditLogs.BaseOf(6));
        AuditLogs.Append(log, 7, 300);

        AuditSeal after = await KeepAsync(log, disk);
        Assert.Equal((await InMemoryAsync(AuditLogs.Make(300))).Seal(), after);
        using AuditTrail trail = await AuditTrail.OpenAsync(log, disk, Folder);
        Assert.Equal(300, trail.Batches);
        Assert.Equal(before, trail.Seal(before.AsOf));
    }

    [Fact]
    public async Task A_gap_between_a_kept_trail_and_the_start_of_its_log_is_an_error()
    {
        var disk = new MemoryDisk();
        MemoryLog log = AuditLogs.Make(7);
        await KeepAsync(log, disk);
        AuditLogs.Append(log, 7, 20);
        await log.TrimAsync(AuditLogs.BaseOf(9));
        StateException error = await Assert.ThrowsAsync<StateException>(async () => await KeepAsync(log, disk));
        Assert.Equal(StateErrors.AuditTrimmed, error.Code);
    }

    [Fact]
    public async Task A_log_that_lost_records_which_its_trail_has_is_found_out()
    {
        var disk = new MemoryDisk();
        await KeepAsync(AuditLogs.Make(7), disk);
        StateException error = await Assert.ThrowsAsync<StateException>(async () => await KeepAsync(AuditLogs.Make(5), disk));
        Assert.Equal(StateErrors.AuditMismatch, error.Code);
    }

    [Fact]
    public async Task A_trail_of_another_log_or_beginning_and_one_in_use_are_refused()
    {
        var disk = new MemoryDisk();
        MemoryLog log = AuditLogs.Make(7);
        await KeepAsync(log, disk);
        await AssertRefusedAsync(StateErrors.AuditForeign, AuditTrail.OpenAsync(new MemoryLog(new LogId(Guid.NewGuid()), "orders"), disk, Folder));
        await AssertRefusedAsync(StateErrors.AuditForeign, AuditTrail.OpenAsync(log, disk, Folder, new AuditTrailOptions { First = new Offset(3) }));
        using AuditTrail trail = await AuditTrail.OpenAsync(log, disk, Folder);
        await AssertRefusedAsync(StateErrors.AuditForeign, AuditTrail.OpenAsync(log, disk, Folder));
    }

    [Fact]
    public async Task Every_flipped_bit_of_a_kept_trail_is_found_and_made_good_from_the_log()
    {
        MemoryLog log = AuditLogs.Make(5);
        var whole = new SimulatedDisk();
        AuditSeal seal = await KeepAsync(log, whole);
        foreach (string path in whole.AllFiles().Where(path => !path.EndsWith("/lock", StringComparison.Ordinal)).ToList())
        {
            for (int at = 0; at < whole.ReadContent(path).Length; at++)
            {
                SimulatedDisk disk = whole.Copy();
                disk.FlipBit(path, at, at % 8);
                List<string> notices = [];
                using AuditTrail trail = await AuditTrail.OpenAsync(log, disk, Folder, new AuditTrailOptions { Notice = notices.Add });
                Assert.Single(notices);
                await trail.ExtendAsync();
                Assert.Equal(seal, trail.Seal());
            }
        }
    }

    [Fact]
    public async Task A_missing_file_of_a_kept_trail_is_made_again()
    {
        MemoryLog log = AuditLogs.Make(5);
        var whole = new SimulatedDisk();
        AuditSeal seal = await KeepAsync(log, whole);
        foreach (string path in whole.AllFiles().ToList())
        {
            SimulatedDisk disk = whole.Copy();
            disk.DeleteFile(path);
            Assert.Equal(seal, await KeepAsync(log, disk));
            Assert.Equal(seal, await KeepAsync(log, disk));
        }
    }

    [Fact]
    public async Task A_damaged_trail_is_not_made_again_from_a_log_that_was_trimmed_or_altered()
    {
        MemoryLog log = AuditLogs.Make(9);
        var whole = new SimulatedDisk();
        await KeepAsync(log, whole);
        string nodes = whole.AllFiles().Single(path => path.Contains("nodes", StringComparison.Ordinal));

        SimulatedDisk altered = whole.Copy();
        altered.FlipBit(nodes, 0, 0);
        MemoryLog other = AuditLogs.Make(9, index => index == 6 ? "forged" : null);
        StateException error = await Assert.ThrowsAsync<StateException>(async () => await KeepAsync(other, altered));
        Assert.Equal(StateErrors.AuditMismatch, error.Code);
        Assert.Contains($"offsets {AuditLogs.BaseOf(6)} to", error.Message, StringComparison.Ordinal);

        // Where the very leaf is damaged that was altered, the root gives it away.
        MemoryLog first = AuditLogs.Make(9, index => index == 0 ? "forged" : null);
        Assert.Equal(StateErrors.AuditMismatch, (await Assert.ThrowsAsync<StateException>(async () => await KeepAsync(first, altered))).Code);

        SimulatedDisk trimmed = whole.Copy();
        trimmed.FlipBit(nodes, 0, 0);
        await log.TrimAsync(new Offset(3));
        Assert.Equal(StateErrors.AuditDamaged, (await Assert.ThrowsAsync<StateException>(async () => await KeepAsync(log, trimmed))).Code);
    }

    [Fact]
    public async Task A_power_cut_at_any_operation_leaves_a_trail_that_goes_on()
    {
        MemoryLog log = AuditLogs.Make(6);
        var whole = new SimulatedDisk();
        AuditSeal first = await KeepAsync(log, whole);
        AuditLogs.Append(log, 6, 11);
        SimulatedDisk counting = whole.Copy();
        long before = counting.OperationCount;
        AuditSeal second = await KeepAsync(log, counting);
        for (long at = before + 1; at <= counting.OperationCount; at++)
        {
            for (ulong seed = 0; seed < 6; seed++)
            {
                SimulatedDisk disk = whole.Copy();
                disk.CrashAt = disk.OperationCount + at - before;
                await Record.ExceptionAsync(async () => await KeepAsync(log, disk));
                disk.PowerCut(seed);
                using AuditTrail trail = await AuditTrail.OpenAsync(log, disk, Folder, new AuditTrailOptions { Notice = text => Assert.Fail(text) });
                Assert.True(trail.Batches >= first.Batches);
                await trail.ExtendAsync();
                Assert.Equal(second, trail.Seal());
                Assert.Equal(first, trail.Seal(first.AsOf));
            }
        }
    }

    internal static async Task<AuditTrail> InMemoryAsync(ILog log)
    {
        AuditTrail trail = AuditTrail.InMemory(log);
        await trail.ExtendAsync();
        return trail;
    }

    /// <summary>Takes in what the log has, keeps it, and seals it.</summary>
    internal static async Task<AuditSeal> KeepAsync(ILog log, IDisk disk)
    {
        using AuditTrail trail = await AuditTrail.OpenAsync(log, disk, Folder);
        await trail.ExtendAsync();
        return trail.Seal();
    }

    private static async Task AssertRefusedAsync(ErrorCode code, ValueTask<AuditTrail> opening) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<StateException>(opening.AsTask)).Code);
}
