using System.Globalization;
using Duramen.Core.Errors;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.State.Entities;
using Duramen.Storage;
using Duramen.Storage.Folders;

namespace Duramen.State.Tests.Entities;

/// <summary>
/// Crashes all through the appends to entities of a log on disk, and through the opening after that. Whatever is left, everything that was answered is there at the version that was told, and the
/// request that got no answer is made once when it is sent again. The short form crashes at every so many operations; <c>DURAMEN_FAULTS_SEEDS</c> has it crash at every one.
/// </summary>
public sealed class EntityCrashTests
{
    private const int Appends = 100;
    private const int ShortCases = 40;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("DURAMEN_FAULTS_SEEDS") is not null;

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task A_crash_at_any_operation_takes_nothing_back_and_doubles_nothing(bool isPowerCut, int seed)
    {
        var whole = new SimulatedDisk((ulong)seed);
        Assert.Null((await WorkAsync(whole, seed, [])).Unanswered);
        long operations = whole.OperationCount;
        long step = IsLong ? 1 : Math.Max(1, operations / ShortCases);
        int crashes = 0;
        for (long at = 1; at < operations; at += step)
        {
            var disk = new SimulatedDisk((ulong)seed) { CrashAt = at };
            var answers = new List<EntityAnswer>();
            (EntityAnswer? unanswered, int next) = await WorkAsync(disk, seed, answers);
            GoDown(disk, isPowerCut, (ulong)at);
            crashes += next < Appends ? 1 : 0;

            // Opening may crash too, in the middle of making the index again.
            disk.CrashAt = disk.OperationCount + 1 + (at % 61);
            await WorkAsync(disk, seed, [], from: Appends);
            GoDown(disk, isPowerCut, (ulong)at + 1);
            try
            {
                await CheckAsync(disk, answers, unanswered, next);
            }
            catch (Xunit.Sdk.XunitException failure)
            {
                Assert.Fail($"After a crash at operation {at}: {failure.Message}\n{disk.Trace}");
            }
        }

        // The others met the disk after the last append, or at the second opening.
        Assert.InRange(crashes, ShortCases / 4, int.MaxValue);
    }

    private static StorageOptions Options => new()
    {
        JournalFileSizeBytes = 64 << 10,
        JournalFilesMax = 3,
        MaintenanceInterval = TimeSpan.Zero,
    };

    private static EntityLog OpenEntities(SimulatedDisk disk, ILog log) =>
        EntityLog.Open(disk, "/data/entities", log, new EntityOptions { MemoryBytes = 1 << 20, RecentBytes = 4 << 10 });

    private static void GoDown(SimulatedDisk disk, bool isPowerCut, ulong seed)
    {
        if (isPowerCut)
        {
            disk.PowerCut(seed);
        }
        else
        {
            disk.ProcessKill();
        }
    }

    /// <summary>Opens everything and appends until the disk is gone; says which append has no answer, and which one is next.</summary>
    private static async Task<(EntityAnswer? Unanswered, int Next)> WorkAsync(SimulatedDisk disk, int seed, List<EntityAnswer> answers, int from = 0)
    {
        DataFolder? folder = null;
        EntityLog? entities = null;
        EntityAnswer? unanswered = null;
        int append = from;
        try
        {
            folder = await DataFolder.OpenAsync(disk, "/data/folder", Options);
            ILog log = folder.FindLog("orders") is { } found ? found : await folder.CreateLogAsync("orders");
            entities = OpenEntities(disk, log);
            await entities.GetVersionAsync("k0");
            for (; append < Appends; append++)
            {
                unanswered = AskOf(seed, append);
                unanswered = unanswered with { Outcome = await SendAsync(entities, unanswered) };
                answers.Add(unanswered);
                unanswered = null;
            }
        }
        catch (Exception cause) when (cause is SimulatedCrashException or DuramenException)
        {
            // The disk is gone.
        }

        await CloseAsync(entities);
        await CloseAsync(folder);
        return (unanswered, append);
    }

    /// <summary>Closing what has no disk any more may fail, and leaves nothing behind either way.</summary>
    private static async Task CloseAsync(IAsyncDisposable? opened)
    {
        try
        {
            await (opened?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (Exception cause) when (cause is SimulatedCrashException or DuramenException)
        {
        }
    }

    private static async Task CheckAsync(SimulatedDisk disk, List<EntityAnswer> answers, EntityAnswer? unanswered, int next)
    {
        await using DataFolder folder = await DataFolder.OpenAsync(disk, "/data/folder", Options);
        ILog log = folder.FindLog("orders") is { } found ? found : await folder.CreateLogAsync("orders");
        await using EntityLog entities = OpenEntities(disk, log);
        NaiveEntities naive = await NaiveEntities.ReadAsync(log);
        answers.ForEach(naive.Check);
        await naive.CheckAsync(entities);
        if (unanswered is not null)
        {
            answers.Add(unanswered with { Outcome = await SendAsync(entities, unanswered) });
        }

        for (int append = next + 1; append < next + 10; append++)
        {
            EntityAnswer asked = AskOf(7, append);
            answers.Add(asked with { Outcome = await SendAsync(entities, asked) });
        }

        naive = await NaiveEntities.ReadAsync(log);
        answers.ForEach(naive.Check);
        await naive.CheckAsync(entities);
    }

    private static ValueTask<EntityAppendOutcome> SendAsync(EntityLog entities, EntityAnswer asked) => entities.TryAppendAsync(
        asked.Key, [.. Enumerable.Range(0, asked.Count).Select(index => (NewRecord)$"{asked.RequestId}.{index}")], asked.Expected, asked.RequestId);

    private static EntityAnswer AskOf(int seed, int append)
    {
        var random = new Random((seed * 1000) + append);
        ExpectedVersion expected = random.Next(6) == 0 ? ExpectedVersion.MustNotExist : ExpectedVersion.Any;
        return new EntityAnswer($"k{random.Next(6)}", expected, string.Create(CultureInfo.InvariantCulture, $"r{append}"), random.Next(1, 3), default);
    }
}
