using System.Runtime.InteropServices;
using Duramen.Testing.Processes;

namespace Duramen.Testing.PowerCut;

/// <summary>
/// A real ext4 file system in an image file, whose power can be cut: what was not synced is gone after <see cref="PowerCut"/>, as the
/// kernel itself decides. Needs root and loop devices; see <see cref="WhyUnavailable"/>.
/// </summary>
public sealed partial class LoopMount : IDisposable
{
    /// <summary>FS_IOC_SHUTDOWN: no write reaches the device from then on.</summary>
    private const uint ShutDown = 0x8004587d;

    /// <summary>EXT4_GOING_FLAGS_NOLOGFLUSH: not even the journal's.</summary>
    private const uint WithoutFlush = 2;

    private const int OpenFolderReadOnly = 0x80000; // O_RDONLY | O_CLOEXEC

    private const int UnmountAttempts = 50;

    private static readonly Lazy<string?> Obstacle = new(Probe);

    private readonly string _base;
    private bool _mounted;

    private LoopMount(int sizeMiB)
    {
        _base = Directory.CreateTempSubdirectory("loop-").FullName;
        Directory.CreateDirectory(Folder);
        try
        {
            using (FileStream image = File.Create(Image))
            {
                image.SetLength((long)sizeMiB << 20);
            }

            Tool.Run("mkfs.ext4", "-q", "-F", Image);
            Mount();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Null when this machine can do it, else the reason why not.</summary>
    public static string? WhyUnavailable => Obstacle.Value;

    /// <summary>The mounted folder.</summary>
    public string Folder => Path.Combine(_base, "mount");

    private string Image => Path.Combine(_base, "image");

    /// <summary>Makes and mounts an empty file system.</summary>
    /// <exception cref="ToolException">The machine does not allow it.</exception>
    public static LoopMount Create(int sizeMiB = 64) => new(sizeMiB);

    /// <summary>
    /// Cuts the power and starts again: everything unsynced is lost, the journal is recovered, the file system is mounted at the same place.
    /// Files opened before must be closed between <see cref="Stop"/> and <see cref="Start"/>, or before this is called.
    /// </summary>
    public void PowerCut()
    {
        Stop();
        Start();
    }

    /// <summary>The moment of the cut: from here on every access fails and nothing reaches the device.</summary>
    public void Stop()
    {
        int folder = OpenFolder(Folder, OpenFolderReadOnly, 0);
        if (folder < 0)
        {
            throw new ToolException($"{Folder} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        uint flag = WithoutFlush;
        int result = Control(folder, ShutDown, ref flag);
        string error = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(folder);
        if (result != 0)
        {
            throw new ToolException($"{Folder} cannot be shut down: {error}.");
        }
    }

    /// <summary>Starts again after <see cref="Stop"/>; every file opened before must be closed.</summary>
    public void Start()
    {
        Unmount();
        Mount();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_mounted)
        {
            // Lazily, so that a test that failed with a file open is not blamed for the mount as well.
            Tool.Run("umount", "-l", Folder);
            _mounted = false;
        }

        Directory.Delete(_base, recursive: true);
    }

    private static string? Probe()
    {
        try
        {
            if (UserId() != 0)
            {
                return "mounting needs root";
            }

            using LoopMount probe = Create(16);
            probe.PowerCut();
            return null;
        }
        catch (ToolException cause)
        {
            return cause.Message;
        }
    }

    private void Mount()
    {
        // The journal commits by itself every commit=N seconds; so late that no test is made durable by waiting.
        Tool.Run("mount", "-o", "loop,commit=600", Image, Folder);
        _mounted = true;
    }

    private void Unmount()
    {
        for (int attempt = 1; _mounted; attempt++)
        {
            try
            {
                Tool.Run("umount", Folder);
                _mounted = false;
            }
            catch (ToolException) when (attempt < UnmountAttempts)
            {
                // A process that another test starts has all our files open for the moment between fork and exec.
                Thread.Sleep(20);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int file, nuint request, ref uint argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint UserId();
}
