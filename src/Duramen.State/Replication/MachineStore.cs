using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.State.Keyframes;
using Duramen.State.Store;
using Duramen.State.Store.Disk;

namespace Duramen.State.Replication;

/// <summary>Opens the state of a replica where it is kept on a disk.</summary>
public static class MachineStore
{
    /// <summary>
    /// Opens the store in a folder as the state of a machine on a log, where it was flushed last. One that another machine, another version of it or another log made, or a log longer than this one is, is
    /// deleted, which <see cref="StoreOptions.Notice"/> is told: the replica computes the state again, from the first record that the log ever had. The caller closes it, after the replica.
    /// </summary>
    /// <param name="disk">The disk.</param>
    /// <param name="folder">The folder, for this replica alone.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="log">The log that the replica will follow.</param>
    /// <param name="options">What the store may use; its identity is that of the machine and the log, whatever is said here.</param>
    /// <exception cref="StoreException"><see cref="StoreErrors.Locked"/>.</exception>
    /// <exception cref="DiskException">The disk refused.</exception>
    public static DiskStore Open(IDisk disk, string folder, IStateMachine machine, ILog log, StoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(log);
        options = (options ?? new StoreOptions()) with { Identity = KeyframeFolder.IdentityOf(machine.Name, machine.Version, log.Id) };
        DiskStore store = DiskStore.Open(disk, folder, Offset.Zero, options);
        if (store.Position <= log.Watermarks.End)
        {
            return store;
        }

        options.Notice?.Invoke($"The state in {folder} is of a longer log than '{log.Name}' is. It is deleted and computed again.");
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        DiskStore.Delete(disk, folder);
        return DiskStore.Open(disk, folder, Offset.Zero, options);
    }
}
