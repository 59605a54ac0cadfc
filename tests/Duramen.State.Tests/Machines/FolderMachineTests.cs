using Duramen.Disk.Memory;
using Duramen.State.Machines;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.State.Tests.Machines;

public sealed class FolderMachineTests
{
    [Fact]
    public async Task A_machine_on_a_data_folder_is_there_again_when_the_folder_is()
    {
        MemoryDisk disk = new();
        Till before = new();
        await using (DataFolder folder = await DataFolder.OpenAsync(disk, "/data"))
        {
            DiskLog log = await folder.CreateLogAsync("till");
            await using MachineHost<Till> host = await MachineHost.OpenAsync(before, log);
            await Task.WhenAll(Enumerable.Range(0, 500).Select(index => host.ExecuteAsync(new Till.Add(index % 2 == 0 ? "a" : "b", 1))));
            await host.ExecuteAsync(new Till.Move("b", "a", 50));
        }

        Till after = new();
        await using (DataFolder folder = await DataFolder.OpenAsync(disk, "/data"))
        {
            await using MachineHost<Till> host = await MachineHost.OpenAsync(after, folder.FindLog("till")!);
            Assert.Equal("a=300, b=200", await host.ExecuteAsync(new Till.Show()));
            Assert.Equal(before.Applied, after.Applied);
        }
    }
}
