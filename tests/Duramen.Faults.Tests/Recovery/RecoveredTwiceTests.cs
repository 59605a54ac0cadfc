using Duramen.Core.Errors;
using Duramen.Disk.Simulated;
using Duramen.Faults.Tests.Oracle;
using Duramen.Faults.Tests.Simulated;
using Duramen.Storage;
using Duramen.Storage.Logs;
using Xunit;

namespace Duramen.Faults.Tests.Recovery;

/// <summary>What one recovery decided stands for the next one: what was cut stays away, and what was kept stays.</summary>
public sealed class RecoveredTwiceTests
{
    [Fact]
    public async Task A_group_that_was_cut_does_not_come_back_in_front_of_the_one_that_took_its_number()
    {
        int elsewhere = 0;
        for (int before = 6; before < 16; before++)
        {
            // The cut group stands near the end of its file, where the larger groups of a later opening have no room.
            var folder = new TestFolder { Options = CrashCase.Options with { GroupBufferBytes = 8 << 10 } };
            await folder.OpenAsync();
            await folder.CreateAsync("one");
            for (int append = 0; append < before; append++)
            {
                await folder.AppendAsync("one");
            }

            folder.Open.Checkpoint();
            folder.Disk.AddFault(new DiskFault(DiskOperationKind.Sync, folder.PathOf("one", ".segment"), Times: 1));
            await folder.FailAppendAsync("one", 9000);
            await folder.KillAsync();
            folder.Disk.EvictCache();

            folder.Options = CrashCase.Options;
            await folder.OpenAsync();
            byte[] mark = folder.Disk.ReadContent(TestFolder.Mark);
            int second = FilesInUse(folder);
            await folder.AppendAsync("one");
            elsewhere += FilesInUse(folder) > second ? 1 : 0;
            await folder.KillAsync();
            foreach (bool isMarkLost in new[] { false, true })
            {
                TestFolder after = CopyOf(folder, folder.Disk.Copy());
                if (isMarkLost)
                {
                    after.Disk.RestoreContent(TestFolder.Mark, mark);
                }

                DuramenException? refusal = await after.OpenAndReadAsync();
                Assert.True(refusal is null, $"{before} before, mark lost {isMarkLost}: {refusal}");
            }
        }

        Assert.True(elsewhere > 0);
    }

    [Fact]
    public async Task A_group_that_was_cut_does_not_come_back_when_its_missing_append_is_tried_again()
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        DiskLog one = await folder.CreateAsync("one");
        DiskLog two = await folder.CreateAsync("two");
        await folder.AppendAsync("one");
        await folder.AppendAsync("two");
        folder.Open.Checkpoint();

        // Two large appends in one group, of which the device has the first only.
        byte[] kept = folder.NewUnanswered("kept", 9000);
        byte[] lost = folder.NewUnanswered("lost", 9000);
        Task[] appends = [];
        folder.Disk.BeforeOperation = operation =>
        {
            if (IsJournalWrite(operation))
            {
                folder.Disk.BeforeOperation = null;
                appends = [one.AppendAsync(kept.ToArray()).AsTask(), two.AppendAsync(lost.ToArray()).AsTask()];
            }
        };
        folder.Disk.AddFault(new DiskFault(DiskOperationKind.Sync, folder.PathOf("two", ".segment"), Times: 1));
        await folder.AppendAsync("one");
        await Assert.ThrowsAnyAsync<DuramenException>(() => Task.WhenAll(appends));
        await folder.KillAsync();
        folder.Disk.EvictCache();

        // The group is cut, the first append kept all the same; and the process dies when the second one is in its file again.
        await folder.OpenAsync();
        Assert.Equal(3, folder.Log("one").Watermarks.End.Value);
        Assert.Equal(1, folder.Log("two").Watermarks.End.Value);
        folder.Disk.BeforeOperation = operation =>
        {
            if (IsJournalWrite(operation))
            {
                throw new SimulatedCrashException("Killed before the group is written.");
            }
        };
        await Assert.ThrowsAnyAsync<DuramenException>(() => folder.Log("two").AppendAsync(lost.ToArray()).AsTask());
        await folder.KillAsync();
        folder.Disk.BeforeOperation = null;
        DuramenException? refusal = await folder.OpenAndReadAsync();
        Assert.True(refusal is null, $"{refusal}");
    }

    [Fact]
    public async Task A_file_that_recovery_found_a_large_append_in_has_a_durable_name_before_a_catalog_lists_it()
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        DiskLog log = await folder.CreateAsync("one");

        // The log's first append makes its file; the process is killed when the group is durable and the file's name is not.
        folder.Disk.BeforeOperation = operation =>
        {
            if (operation.Kind == DiskOperationKind.SyncFolder && operation.Path.EndsWith(log.Id.ToString(), StringComparison.Ordinal))
            {
                throw new SimulatedCrashException("Killed before the name is synced.");
            }
        };
        await folder.FailAppendAsync("one", 9000);
        await folder.KillAsync();
        folder.Disk.BeforeOperation = null;
        await folder.OpenAsync();
        Assert.Equal(1, folder.Log("one").Watermarks.End.Value);
        for (ulong seed = 0; seed < 20; seed++)
        {
            SimulatedDisk disk = folder.Disk.Copy();
            disk.PowerCut(seed);
            DuramenException? refusal = await CopyOf(folder, disk).OpenAndReadAsync();
            Assert.True(refusal is null, $"seed {seed}: {refusal}");
        }

        folder.Open.Abandon();
    }

    private static bool IsJournalWrite(DiskOperation operation) =>
        operation.Kind == DiskOperationKind.Write && operation.Path.EndsWith(".journal", StringComparison.Ordinal);

    // How many journal files hold anything.
    private static int FilesInUse(TestFolder folder) =>
        folder.Disk.ListFiles(TestFolder.Journal).Count(name =>
            name.EndsWith(".journal", StringComparison.Ordinal) && folder.Disk.ReadContent($"{TestFolder.Journal}/{name}").AsSpan().ContainsAnyExcept((byte)0));

    private static TestFolder CopyOf(TestFolder folder, SimulatedDisk disk)
    {
        var copy = new TestFolder(disk);
        copy.Remember(folder);
        return copy;
    }
}
