# The formula for a tap. `version`, `url` and `sha256` are those of a release's source distribution; the resources are
# written by `brew update-python-resources lago-gitops`.
class LagoGitops < Formula
  include Language::Python::Virtualenv

  desc "Keep the pricing of a Lago organization in Git"
  homepage "https://github.com/lago-gitops/lago-gitops"
  url "https://github.com/lago-gitops/lago-gitops/releases/download/vVERSION/lago_gitops-VERSION.tar.gz"
  sha256 "SHA256"
  license "Apache-2.0"

  depends_on "rust" => :build # jsonschema-rs, orjson and rpds-py
  depends_on "libyaml"
  depends_on "python@3.13"

  def install
    virtualenv_install_with_resources
    bash_completion.install "completions/lago-gitops.bash" => "lago-gitops"
    zsh_completion.install "completions/_lago-gitops"
    fish_completion.install "completions/lago-gitops.fish"
  end

  test do
    system bin/"lago-gitops", "init"
    assert_match "2 to create", shell_output("#{bin}/lago-gitops plan")
  end
end
