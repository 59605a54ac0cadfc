using System.Collections;
using System.Text.Json;
using Duramen.Cli.UserFiles;
using Duramen.Core.Errors;

namespace Duramen.Cli.Server;

/// <summary>
/// Gathers a server's settings: the defaults, then the file, then the environment. What comes later counts, and what nobody knows is an error: a
/// setting that is written wrong must not be taken for one that is not given.
/// </summary>
internal static class SettingsReader
{
    public const string DefaultFile = "appsettings.json";

    private const string EnvironmentPrefix = "DURAMEN__";

    /// <param name="file">The file; null for the default one, which need not exist.</param>
    /// <param name="environment">The environment variables.</param>
    /// <exception cref="DuramenException"><see cref="CliErrors.SettingsInvalid"/>.</exception>
    public static ServerOptions Read(string? file, IDictionary environment)
    {
        ServerOptions options = ServerSettings.Defaults;
        string path = file ?? DefaultFile;
        if (SettingsFile.Read(path, mustExist: file is not null) is string text)
        {
            options = ReadFile(path, text, options);
        }

        foreach (DictionaryEntry variable in environment)
        {
            string name = (string)variable.Key;
            if (name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
            {
                options = Apply(options, name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value ?? "", $"The environment variable {name}");
            }
        }

        return options;
    }

    private static ServerOptions ReadFile(string path, string text, ServerOptions options)
    {
        try
        {
            var format = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 };
            using JsonDocument document = JsonDocument.Parse(text, format);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? ReadSection(path, document.RootElement, "", options)
                : throw new JsonException("The file holds no object.");
        }
        catch (JsonException exception)
        {
            throw new DuramenException(CliErrors.SettingsInvalid, $"The file {path} is not JSON: {exception.Message}", "Correct it.", exception);
        }
    }

    private static ServerOptions ReadSection(string path, JsonElement section, string prefix, ServerOptions options)
    {
        foreach (JsonProperty property in section.EnumerateObject())
        {
            string name = prefix + property.Name;
            options = property.Value.ValueKind switch
            {
                JsonValueKind.Object => ReadSection(path, property.Value, name + ":", options),
                JsonValueKind.Null => options,
                _ => Apply(options, name, property.Value.ToString(), $"The file {path}"),
            };
        }

        return options;
    }

    private static ServerOptions Apply(ServerOptions options, string name, string value, string origin) =>
        ServerSettings.Find(name) is Setting setting
            ? setting.ApplyFrom(options, value, origin)
            : throw new DuramenException(
                CliErrors.SettingsInvalid, $"{origin}: there is no setting '{name}'.", $"The settings are: {string.Join(", ", ServerSettings.All.Select(known => known.Name))}.");
}
