using System.Collections;
using System.Text.Json;
using Duramen.Cli.UserFiles;
using Duramen.Core.Errors;

namespace Duramen.Cli.Server;

/// <summary>
/// Gathers a server's settings: the defaults, then one section of the file, then the environment. What comes later counts, and what nobody knows is an
/// error: a setting that is written wrong must not be taken for one that is not given. Other sections of the file are other programs'.
/// </summary>
internal static class SettingsReader
{
    public const string DefaultFile = "appsettings.json";

    /// <summary>The section of the file; what is in the environment under <see cref="EnvironmentPrefix"/> has the same place for .NET's own readers of settings.</summary>
    private const string Section = "Duramen";

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
            options = ReadFile(path, text, options, mustHaveSection: file is not null);
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

    private static ServerOptions ReadFile(string path, string text, ServerOptions options, bool mustHaveSection)
    {
        try
        {
            var format = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 64 };
            using JsonDocument document = JsonDocument.Parse(text, format);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new JsonException("The file holds no object.");
            }

            if (document.RootElement.TryGetProperty(Section, out JsonElement section) && section.ValueKind == JsonValueKind.Object)
            {
                return ReadSection(path, section, "", options);
            }

            return mustHaveSection
                ? throw new DuramenException(CliErrors.SettingsInvalid, $"The file {path} has no section '{Section}'.", $"Put the settings into an object of that name.")
                : options;
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
