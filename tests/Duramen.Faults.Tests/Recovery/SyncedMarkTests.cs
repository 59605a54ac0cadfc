using Duramen.Disk;
using Duramen.Disk.Simulated;
using Duramen.Storage.Journaling;
using Xunit;

namespace Duramen.Faults.Tests.Recovery;

public sealed class SyncedMarkTests
{
    private const string Journal = "/journal";

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void A_power_cut_while_the_mark_is_synced_does_not_take_the_one_that_was_synced_before(int synced, bool isReopened)
    {
        var folderId = Guid.NewGuid();
        for (ulong seed = 0; seed < 1000; seed++)
        {
            var disk = new SimulatedDisk();
            disk.CreateFolder(Journal);
            var mark = new SyncedMark(disk, Journal, folderId, 0, 0);
            disk.SyncFolder(Journal);
            disk.SyncFolder("/");
            for (int group = 1; group <= synced; group++)
            {
                mark.Write(group, 0);
                mark.Sync();
            }

            if (isReopened)
            {
                mark.Dispose();
                mark = new SyncedMark(disk, Journal, folderId, synced, 0);
            }

            // Two groups later both slots that are written without a sync are at risk, and a third one is being synced.
            mark.Write(synced + 1, 0);
            mark.Write(synced + 2, 0);
            disk.BeforeOperation = operation =>
            {
                if (operation.Kind == DiskOperationKind.Sync)
                {
                    throw new SimulatedCrashException("The power goes in the sync.");
                }
            };
            Assert.Throws<SimulatedCrashException>(mark.Sync);
            mark.Dispose();
            disk.BeforeOperation = null;
            disk.PowerCut(seed);
            Assert.InRange(SyncedMark.TryRead(disk, Journal, folderId, []) ?? -1, synced, synced + 2);
        }
    }
}
