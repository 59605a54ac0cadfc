using System.Reflection;
using System.Runtime.Loader;
using Duramen.Core.Errors;

namespace Duramen.Cli.UserFiles;

/// <summary>
/// An assembly that a user names, with what stands beside it. What it has in common with this program, such as the interfaces that it implements, is this program's; all else is its own.
/// </summary>
internal sealed class UserAssembly : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver _resolver;

    private UserAssembly(string path)
        : base(path) => _resolver = new AssemblyDependencyResolver(path);

    /// <summary>Loads an assembly, with its symbols where they are beside it.</summary>
    /// <exception cref="DuramenException"><see cref="CliErrors.FileUnreadable"/>, <see cref="CliErrors.AssemblyUnusable"/>.</exception>
    public static Assembly Load(string path)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new DuramenException(CliErrors.FileUnreadable, $"There is no file {full}.", "Build the project first; the assembly is under bin/.");
        }

        try
        {
            return new UserAssembly(full).LoadFromAssemblyPath(full);
        }
        catch (BadImageFormatException cause)
        {
            throw Unusable(full, "it is no .NET assembly, or one for another processor", cause);
        }
        catch (Exception cause) when (cause is FileLoadException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw Unusable(full, cause.Message, cause);
        }
    }

    /// <summary>The classes of an assembly.</summary>
    /// <exception cref="DuramenException"><see cref="CliErrors.AssemblyUnusable"/>: it needs what is not there, another runtime for example.</exception>
    public static IReadOnlyList<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (Exception cause) when (cause is ReflectionTypeLoadException or FileNotFoundException or FileLoadException or TypeLoadException or BadImageFormatException)
        {
            string first = (cause as ReflectionTypeLoadException)?.LoaderExceptions.FirstOrDefault()?.Message ?? cause.Message;
            throw Unusable(assembly.Location, first, cause);
        }
    }

    public static DuramenException Unusable(string path, string why, Exception? cause = null) => new(
        CliErrors.AssemblyUnusable,
        $"The assembly {path} cannot be used: {why.TrimEnd('.')}.",
        $"This program runs on .NET {Environment.Version.Major}; build for that or an older one, with what the assembly needs beside it.",
        cause);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // Types of two copies of one assembly are not the same.
        if (Default.Assemblies.Any(loaded => loaded.GetName().Name == assemblyName.Name) || assemblyName.Name!.StartsWith("Duramen", StringComparison.Ordinal) && IsOurs(assemblyName))
        {
            return null;
        }

        return _resolver.ResolveAssemblyToPath(assemblyName) is string path ? LoadFromAssemblyPath(path) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is string path ? LoadUnmanagedDllFromPath(path) : 0;

    private static bool IsOurs(AssemblyName name)
    {
        try
        {
            Default.LoadFromAssemblyName(new AssemblyName(name.Name!));
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
