using Duramen.Core.Errors;
using Duramen.Disk;
using Duramen.Disk.Simulated;
using Duramen.Faults.Tests.Oracle;
using Duramen.Log;
using Xunit;

namespace Duramen.Faults.Tests.Simulated;

/// <summary>The disk fills up in the middle of whatever comes: a batch, a roll, a checkpoint, a further journal file.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_disk_refuses_appends_clearly_reads_go_on_and_appends_work_again_when_there_is_room()
    {
        int refusedOpenings = 0;
        int refusedAppends = 0;
        for (long capacity = 60 << 10; capacity < 420 << 10; capacity += 8 << 10)
        {
            var folder = new TestFolder();
            folder.Disk.CapacityBytes = capacity;
            try
            {
                await folder.OpenAsync();
                await folder.CreateAsync("one", 20_000);
            }
            catch (DuramenException refusal)
            {
                Assert.Equal(DiskErrors.Full, refusal.Code);
                refusedOpenings++;
                folder.Disk.CapacityBytes = null;
                await folder.OpenAsync();
                await folder.CreateAsync("one", 20_000);
                folder.Disk.CapacityBytes = capacity;
            }

            DuramenException? full = null;
            for (int append = 0; append < 400 && full is null; append++)
            {
                try
                {
                    await folder.AppendAsync("one", append % 3 == 2 ? 7000 : 900);
                }
                catch (DuramenException refusal)
                {
                    full = refusal;
                }
            }

            Assert.True(full?.Code == LogErrors.Full, $"capacity {capacity}: {full}\n{folder.Disk.Trace}");
            Assert.Contains("Make room", full.Message, StringComparison.Ordinal);
            refusedAppends++;
            Assert.Null(await folder.CompareAsync());
            folder.Disk.CapacityBytes = null;
            await AppendWhenThereIsRoomAsync(folder);
            for (int append = 0; append < 30; append++)
            {
                await folder.AppendAsync("one", append % 3 == 2 ? 7000 : 900);
            }

            Assert.Null(await folder.CompareAsync());
            await folder.CutPowerAsync((ulong)capacity);
            Assert.Null(await folder.OpenAndReadAsync());
        }

        Assert.True(refusedOpenings > 0 && refusedAppends > 0);
    }

    [Fact]
    public async Task A_disk_without_room_for_a_spare_journal_file_still_gets_checkpoints_that_free_what_was_trimmed()
    {
        // Two or three of the four files are there when the disk is full: another is always wanted and never made.
        var folder = new TestFolder { Options = CrashCase.Options with { JournalFilesMax = 4 } };
        await folder.OpenAsync();
        DiskLogs logs = new(await folder.CreateAsync("one", 20_000));
        // Small ones: a large append reserves room for more than it needs.
        for (int append = 0; append < 14; append++)
        {
            await folder.AppendAsync("one", 900);
        }

        await logs.One.TrimAsync(logs.One.Watermarks.End);
        folder.Acknowledged["one"].Clear();

        // From here on the disk has the blocks it has, and a few for a catalog; a journal file needs sixteen.
        folder.Disk.CapacityBytes = UsedBytes(folder.Disk) + (12 << 12);
        for (int append = 0; append < 100; append++)
        {
            await folder.AppendAsync("one", 900);
            await logs.One.TrimAsync(logs.One.Watermarks.End);
            folder.Acknowledged["one"].Clear();
        }

        Assert.InRange(folder.Disk.ListFiles(TestFolder.Journal).Count(name => name.EndsWith(".journal", StringComparison.Ordinal)), 2, 3);
        await folder.CutPowerAsync(1);
        Assert.Null(await folder.OpenAndReadAsync());
    }

    [Fact]
    public async Task A_checkpoint_that_found_no_room_for_its_catalog_gives_no_journal_file_back()
    {
        foreach (string copy in new[] { "catalog.a.new", "catalog.b.new" })
        {
            var folder = new TestFolder();
            await folder.OpenAsync();
            await folder.CreateAsync("one");
            for (int append = 0; append < 16; append++)
            {
                await folder.AppendAsync("one");
            }

            folder.Disk.BeforeOperation = operation =>
            {
                if (operation.Kind == DiskOperationKind.Create && operation.Path.EndsWith(copy, StringComparison.Ordinal))
                {
                    folder.Disk.CapacityBytes = 1;
                }
            };
            DiskException full = Assert.Throws<DiskException>(folder.Open.Checkpoint);
            Assert.Equal(DiskErrors.Full, full.Code);

            // What the journal still has room for; were a file given back, this would go round in it and write over what recovery needs.
            DuramenException? refusal = null;
            for (int append = 0; append < 100 && refusal is null; append++)
            {
                try
                {
                    await folder.AppendAsync("one");
                }
                catch (DuramenException exception)
                {
                    refusal = exception;
                }
            }

            Assert.Equal(LogErrors.Full, refusal?.Code);
            await folder.KillAsync();
            folder.Disk.BeforeOperation = null;
            folder.Disk.CapacityBytes = null;
            if (copy == "catalog.b.new")
            {
                // The first copy is the new one then, and the second must do without it.
                folder.Disk.FlipBit(TestFolder.Root + "/catalog.a", 50, 1);
            }

            Assert.Null(await folder.OpenAndReadAsync());
        }
    }

    private static long UsedBytes(SimulatedDisk disk) => disk.AllFiles().Sum(path => (disk.FileLength(path) + 4095) / 4096 * 4096);

    private static async Task AppendWhenThereIsRoomAsync(TestFolder folder)
    {
        // The checkpointer looks for room ten times a second; a minute is for a machine that does not come to it.
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await folder.AppendAsync("one");
                return;
            }
            catch (DuramenException refusal) when (refusal.Code == LogErrors.Full && attempt < 1200)
            {
                await Task.Delay(50);
            }
        }
    }

    private sealed record DiskLogs(IReplicaLog One);
}
